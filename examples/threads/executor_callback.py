import threading
from concurrent.futures import Future, ThreadPoolExecutor

go = threading.Event()
told = threading.Event()


def cook(dish: str) -> str:
    go.wait()
    return f"{dish} ready"


def tell(future: Future[str]) -> None:
    name = threading.current_thread().name
    print(f"{name}: {future.result()}")
    told.set()


with ThreadPoolExecutor(1, thread_name_prefix="Cook") as pool:
    future = pool.submit(cook, "soup")
    future.add_done_callback(tell)  # 还没有做好
    go.set()
    told.wait()
    future.add_done_callback(tell)  # 已经做好了
