import queue
import threading
import time

orders = queue.Queue()


def cook(name: str) -> None:
    while (dish := orders.get()) is not None:
        print(f"{name} begins {dish}.")
        time.sleep(0.1)
        print(f"{name} ends {dish}.")
        orders.task_done()  # 这一件做完了
    print(f"{name} goes home.")


cooks = [
    threading.Thread(target=cook, args=(name,))
    for name in ("Ann", "Bob")
]
for t in cooks:
    t.start()
for dish in "soup", "rice", "tea":
    orders.put(dish)
orders.join()  # 等到三件都做完
print("All dishes are ready.")
for _ in cooks:
    orders.put(None)  # 结束标记，一人一个
for t in cooks:
    t.join()
