from multiprocessing import Process, Queue


def write(q: Queue, name: str) -> None:
    for n in range(3):
        q.put(f"{name}{n}")


def read(q: Queue) -> None:
    values = []
    while (value := q.get()) is not None:
        values.append(value)
    print(f"Got all: {sorted(values)}")


if __name__ == "__main__":
    q = Queue()
    writers = [Process(target=write, args=(q, name)) for name in "AB"]
    reader = Process(target=read, args=(q,))
    for p in *writers, reader:
        p.start()
    for p in writers:
        p.join()
    q.put(None)  # 写的进程都结束了，才放结束标记
    reader.join()
