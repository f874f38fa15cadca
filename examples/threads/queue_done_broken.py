import queue
import threading

orders = queue.Queue()


def cook() -> None:
    while True:
        dish = orders.get()
        print(f"Cooked {dish[0]}...")  # 空字符串没有 dish[0]
        orders.task_done()


t = threading.Thread(target=cook, name="Cook", daemon=True)
t.start()
for dish in "soup", "", "tea":
    orders.put(dish)

t.join()
waiter = threading.Thread(target=orders.join, daemon=True)
waiter.start()
waiter.join(timeout=0.5)  # 直接 orders.join()，就永远等下去
print(f"still waiting: {waiter.is_alive()}")
