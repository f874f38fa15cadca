from multiprocessing import Pool, Value


def take(value) -> None:
    global total
    total = value  # 这个工作进程的任务，都从这里找到它


def count(times: int) -> None:
    for _ in range(times):
        with total.get_lock():
            total.value += 1


if __name__ == "__main__":
    shared = Value("i", 0)
    with Pool(2, initializer=take, initargs=(shared,)) as p:
        p.map(count, [25_000] * 4, chunksize=1)
    print(f"total: {shared.value}")
