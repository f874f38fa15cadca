import threading
from concurrent.futures import ThreadPoolExecutor

started = threading.Event()
given_up = threading.Event()


def cook() -> str:
    started.set()
    given_up.wait()  # 直到主线程不等了，还没做完
    print("Still cooking.")
    return "soup"


with ThreadPoolExecutor() as pool:
    future = pool.submit(cook)
    started.wait()
    try:
        future.result(timeout=0.1)
    except TimeoutError:
        print("Main thread gave up.")
    print(f"cancelled: {future.cancel()}, done: {future.done()}")
    given_up.set()
print(f"After with, done: {future.done()}, got {future.result()}")
