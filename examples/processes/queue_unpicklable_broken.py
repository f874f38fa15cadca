import queue
from multiprocessing import Process, Queue


def work(q: Queue) -> None:
    q.put(n * n for n in range(3))  # 生成器送不过去，这里却不出错
    q.close()
    q.join_thread()  # 等后台线程做完


if __name__ == "__main__":
    q = Queue()
    p = Process(target=work, args=(q,))
    p.start()
    p.join()
    print(f"exit code: {p.exitcode}")
    try:
        q.get(timeout=0.5)  # 不写 timeout，就永远等在这里
    except queue.Empty:
        print("Nothing came.")
