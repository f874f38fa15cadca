import threading
from concurrent.futures import ThreadPoolExecutor

both_started = threading.Barrier(2)


def buy(what: str) -> str:
    return f"{what} bought"


def cook(dish: str) -> str:
    both_started.wait()  # 两个线程都被占住了
    shopping = pool.submit(buy, dish)
    try:
        return shopping.result(timeout=0.5)  # 不写就永远等下去
    except TimeoutError:
        return f"{dish}: nobody went shopping"
    finally:
        both_started.wait()  # 两个都等过了，才放手


with ThreadPoolExecutor(max_workers=2) as pool:
    for answer in pool.map(cook, ["soup", "rice"]):
        print(answer)
