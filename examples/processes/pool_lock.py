from multiprocessing import Pool, Value


def take(value) -> None:
    global total
    total = value  # 这个工作进程的任务，都从这里找到它


def add(amount: int) -> None:
    with total.get_lock():
        total.value += amount


if __name__ == "__main__":
    shared = Value("i", 0)
    with Pool(2, initializer=take, initargs=(shared,)) as p:
        p.map(add, [1, 20, 300], chunksize=1)
    print(f"total: {shared.value}")
