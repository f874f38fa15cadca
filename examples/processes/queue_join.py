from multiprocessing import Process, Queue


def write(q: Queue) -> None:
    q.put("x" * 1_000_000)  # 管道装不下这么多


if __name__ == "__main__":
    q = Queue()
    p = Process(target=write, args=(q,))
    p.start()

    p.join(timeout=0.5)  # 不写 timeout，就永远等在这里
    print(f"Before get, still alive: {p.is_alive()}")

    print(f"Got {len(q.get())} characters.")
    p.join()
    print(f"After get, still alive: {p.is_alive()}")
