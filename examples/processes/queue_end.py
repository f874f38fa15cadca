import os
import random
import time
from multiprocessing import Process, Queue


def write(q: Queue) -> None:
    print(f"Process to write: {os.getpid()}")
    for value in "A", "B", "C":
        print(f"Put {value} to queue...")
        q.put(value)
        time.sleep(random.random() * 0.2)
    q.put(None)  # 结束标记：后面没有了


def read(q: Queue) -> None:
    print(f"Process to read: {os.getpid()}")
    while (value := q.get()) is not None:
        print(f"Get {value} from queue.")


if __name__ == "__main__":
    q = Queue()
    pw = Process(target=write, args=(q,))
    pr = Process(target=read, args=(q,))
    pw.start()
    pr.start()
    pw.join()
    pr.join()
