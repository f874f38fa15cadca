import os
import time
from multiprocessing import Process, Queue


def read(q: Queue) -> None:
    print(f"Process to read: {os.getpid()}")
    while True:
        value = q.get(timeout=0.5)  # 等不到，就抛出异常
        print(f"Get {value} from queue.")


if __name__ == "__main__":
    q = Queue()
    print("Put A to queue...")
    q.put("A")
    while q.empty():  # 等 A 送进管道，再启动读的进程
        time.sleep(0.01)
    pr = Process(target=read, args=(q,))
    pr.start()

    # B 和 C 来得晚：读的进程已经等不及，走了。
    pr.join()
    print(f"Exit code of reader: {pr.exitcode}")
    for value in "B", "C":
        print(f"Put {value} to queue...")
        q.put(value)
    print(f"Still in queue: {q.get()}, {q.get()}")
