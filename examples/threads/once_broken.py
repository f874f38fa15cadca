import threading
from functools import lru_cache

both = threading.Barrier(2)


@lru_cache
def connect() -> object:
    print(threading.current_thread().name, "connects.")
    both.wait()  # 两个线程都进来了，才放行
    return object()


found = []


def work() -> None:
    found.append(connect())


threads = [
    threading.Thread(target=work, name=name) for name in ("Ann", "Bob")
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("the same:", found[0] is found[1])
