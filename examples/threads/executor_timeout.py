import threading
from concurrent.futures import ThreadPoolExecutor

given_up = threading.Event()


def cook() -> str:
    for _ in range(100):
        if given_up.wait(timeout=0.1):  # 一边做，一边看还要不要
            return "nothing"
    return "soup"


with ThreadPoolExecutor() as pool:
    future = pool.submit(cook)
    try:
        print(future.result(timeout=0.1))
    except TimeoutError:
        print("Main thread gave up.")
        given_up.set()
print(f"After with, done: {future.done()}, got {future.result()}")
