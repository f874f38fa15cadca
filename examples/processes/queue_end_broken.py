import os
from multiprocessing import Process, Queue


def write(q: Queue) -> None:
    print(f"Process to write: {os.getpid()}")
    for value in "A", "B", "C":
        print(f"Put {value} to queue...")
        q.put(value)


def read(q: Queue) -> None:
    print(f"Process to read: {os.getpid()}")
    while True:
        value = q.get(timeout=0.5)  # 等不到，就抛出异常
        print(f"Get {value} from queue.")


if __name__ == "__main__":
    q = Queue()
    pw = Process(target=write, args=(q,))
    pr = Process(target=read, args=(q,))
    pw.start()
    pw.join()  # 写完了再读：三个值都已经在队列里
    print(f"Exit code of writer: {pw.exitcode}")
    pr.start()
    pr.join()
    print(f"Exit code of reader: {pr.exitcode}")
