# /// script
# requires-python = ">=3.13"
# ///
import queue
import sys
import threading

if not hasattr(queue, "ShutDown"):
    sys.exit("要 Python 3.13 或更新的版本：队列要有 shutdown")

orders = queue.Queue()
cooked = queue.Queue()


def cook(name: str) -> None:
    try:
        while True:
            cooked.put(orders.get())
    except queue.ShutDown:
        print(f"{name} goes home.")


cooks = [
    threading.Thread(target=cook, args=(name,))
    for name in ("Ann", "Bob")
]
for t in cooks:
    t.start()
for dish in "soup", "rice", "tea":
    orders.put(dish)
orders.shutdown()  # 不收新的了；放进去的照样做完
try:
    orders.put("cake")
except queue.ShutDown:
    print("No cake today.")
for t in cooks:
    t.join()
print(f"Cooked: {cooked.qsize()}")
