import itertools
import queue

orders = queue.PriorityQueue()
arrival = itertools.count()


def order(priority: int, dish: str) -> None:
    orders.put((priority, next(arrival), {"dish": dish}))


order(2, "tea")
order(1, "soup")
order(1, "rice")
while not orders.empty():  # 只有这一个线程，empty 才可靠
    priority, number, details = orders.get()
    print(f"{priority}: {details['dish']}")
