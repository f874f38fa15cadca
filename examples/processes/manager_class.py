import threading
from multiprocessing import Process
from multiprocessing.managers import BaseManager


class Till:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.total = 0

    def add(self, price: int) -> None:
        with self.lock:
            self.total += price

    def read(self) -> int:
        return self.total


class TillManager(BaseManager):
    pass


TillManager.register("Till", Till)


def sell(till, price):
    till.add(price)


if __name__ == "__main__":
    with TillManager() as manager:
        till = manager.Till()
        prices = 10, 20, 30
        sellers = [Process(target=sell, args=(till, p)) for p in prices]
        for seller in sellers:
            seller.start()
        for seller in sellers:
            seller.join()
        print(till.read())
        print(hasattr(till, "total"))
