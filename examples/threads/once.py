import threading
import time
from functools import lru_cache

lock = threading.Lock()


@lru_cache
def connect() -> object:
    print(threading.current_thread().name, "connects.")
    time.sleep(0.1)  # 要等一会儿
    return object()


def connection() -> object:
    with lock:  # 第一个在连，别的在这里等
        return connect()


found = []


def work() -> None:
    found.append(connection())


threads = [
    threading.Thread(target=work, name=name) for name in ("Ann", "Bob")
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("the same:", found[0] is found[1])
