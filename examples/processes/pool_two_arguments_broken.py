import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import Pool, TimeoutError


class BadOrder(Exception):
    def __init__(self, dish: str, reason: str) -> None:
        super().__init__(f"{dish}: {reason}")  # 只交出了一个参数


def cook() -> None:
    raise BadOrder("cake", "no eggs")


if __name__ == "__main__":
    with ProcessPoolExecutor(1) as executor:
        try:
            executor.submit(cook).result()
        except BrokenProcessPool:
            print("ProcessPoolExecutor: BrokenProcessPool")

    try:
        with Pool(1) as p:
            task = p.apply_async(cook)
            for t in threading.enumerate():
                if "_handle_results" in t.name:
                    t.join()  # 收结果的线程，从此没有了
            try:
                task.get(timeout=1)  # 不写就永远等
            except TimeoutError:
                print("Pool: no answer after 1 second")
    except AssertionError:
        print("Pool: terminate() failed, too")
