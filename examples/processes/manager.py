from multiprocessing import Manager, Process


def add(stock: dict, lock, dish: str) -> None:
    for _ in range(100):
        with lock:
            stock[dish] = stock.get(dish, 0) + 1


if __name__ == "__main__":
    with Manager() as manager:
        stock = manager.dict()
        lock = manager.Lock()
        workers = [
            Process(target=add, args=(stock, lock, dish))
            for dish in ("soup", "soup", "tea")
        ]
        for p in workers:
            p.start()
        for p in workers:
            p.join()
        print(dict(sorted(stock.items())))
    try:
        stock["soup"]
    except OSError:
        print("离开 with，代理不能再用")
