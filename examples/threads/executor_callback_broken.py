import threading
from concurrent.futures import Future, ThreadPoolExecutor

go = threading.Event()


def cook(dish: str) -> str:
    go.wait()
    if dish == "cake":
        raise ValueError("no eggs")
    return f"{dish} ready"


def tell(future: Future[str]) -> None:
    print(future.result())


with ThreadPoolExecutor(max_workers=1) as pool:
    for dish in "soup", "cake":
        pool.submit(cook, dish).add_done_callback(tell)
    go.set()  # 都登记好了
print("All done.")
