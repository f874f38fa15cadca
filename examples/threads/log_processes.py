import logging
from logging.handlers import QueueHandler, QueueListener
from multiprocessing import Process, Queue


def work(queue: Queue, dish: str) -> None:
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(QueueHandler(queue))  # 只管放进队列
    logging.info("%s begun", dish)
    logging.info("%s ready", dish)


if __name__ == "__main__":
    handler = logging.StreamHandler()
    handler.setFormatter(
        logging.Formatter("%(processName)s: %(message)s")
    )
    queue = Queue()
    listener = QueueListener(queue, handler)  # 只有它来写
    listener.start()
    workers = [
        Process(target=work, args=(queue, dish), name=name)
        for name, dish in (("Ann", "soup"), ("Bob", "rice"))
    ]
    for p in workers:
        p.start()
    for p in workers:
        p.join()
    listener.stop()  # 队列里的都写完了，才返回
    print("All records are written.")
