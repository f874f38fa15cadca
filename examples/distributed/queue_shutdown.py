# /// script
# requires-python = ">=3.13"
# ///
import queue
import sys
from multiprocessing import Manager, Process


def work(name, task, result):
    try:
        while True:
            n = task.get()  # 没有任务就等
            result.put(f"{n} * {n} = {n * n}")
    except queue.ShutDown:
        print(f"worker {name} exit.")


if __name__ == "__main__":
    if not hasattr(queue, "ShutDown"):
        sys.exit("要 Python 3.13 或更新的版本：队列要有 shutdown")
    with Manager() as manager:
        task, result = manager.Queue(), manager.Queue()
        workers = [
            Process(target=work, args=(name, task, result))
            for name in "AB"
        ]
        for worker in workers:
            worker.start()
        for n in range(5):
            task.put(n)
        task.shutdown()  # 不再放了；放进去的还取得到
        for worker in workers:
            worker.join()
        print(f"{result.qsize()} results")
