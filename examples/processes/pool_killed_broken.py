import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import Pool, TimeoutError


def die() -> None:
    os._exit(1)  # 像被系统杀掉一样，立刻没有了


if __name__ == "__main__":
    with Pool(2) as p:
        task = p.apply_async(die)
        try:
            task.get(timeout=1)  # 不写 timeout，就永远等在这里
        except TimeoutError:
            print("Pool: no answer after 1 second")

    with ProcessPoolExecutor(2) as executor:
        task = executor.submit(die)
        try:
            task.result()
        except BrokenProcessPool:
            print("ProcessPoolExecutor: BrokenProcessPool")
