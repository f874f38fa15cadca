import queue
import threading
import time

orders = queue.Queue()


def cook() -> None:
    while orders.get() is not None:
        pass


cooks = [threading.Thread(target=cook, daemon=True) for _ in range(2)]
for t in cooks:
    t.start()
orders.put("soup")
orders.put(None)  # 两个线程，只有一个结束标记

while all(t.is_alive() for t in cooks):
    time.sleep(0.01)
waiting = sum(t.is_alive() for t in cooks)
print(f"still waiting: {waiting} of {len(cooks)}")
