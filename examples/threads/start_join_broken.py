import threading
import time


def buy() -> None:
    name = threading.current_thread().name
    others = threading.active_count() - 2  # 除去主线程和自己
    print(f"{name} begins, other buyers running: {others}")
    time.sleep(0.1)
    print(f"{name} ends")


for i in range(1, 4):
    t = threading.Thread(target=buy, name=f"Buyer-{i}")
    t.start()
    t.join()
