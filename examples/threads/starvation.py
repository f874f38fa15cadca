import threading
import time

lock = threading.Lock()
begun = threading.Event()
rounds = 0


def greedy() -> None:
    global rounds
    for _ in range(20):  # 一释放，马上又要
        with lock:
            begun.set()
            rounds += 1
            time.sleep(0.01)  # 在锁里做事


def modest() -> None:
    begun.wait()
    with lock:
        print(f"waited for {rounds} of 20 rounds")


threads = [threading.Thread(target=f) for f in (greedy, modest)]
for t in threads:
    t.start()
for t in threads:
    t.join()
