import queue
import threading

orders = queue.Queue()
ended = queue.Queue()


def cook() -> None:
    while orders.get() is not None:
        pass
    ended.put(threading.current_thread())


cooks = [threading.Thread(target=cook, daemon=True) for _ in range(2)]
for t in cooks:
    t.start()
orders.put("soup")
orders.put(None)  # 两个线程，只有一个结束标记

ended.get().join()  # 等到有一个线程结束
waiting = sum(t.is_alive() for t in cooks)
print(f"still waiting: {waiting} of {len(cooks)}")
