from multiprocessing import Process, Value


def count(total) -> None:
    for _ in range(20_000):
        with total.get_lock():
            total.value += 1


if __name__ == "__main__":
    total = Value("i", 0)
    workers = [Process(target=count, args=(total,)) for _ in range(2)]
    for p in workers:
        p.start()
    for p in workers:
        p.join()
    print(f"counted: {total.value} of 40000")
