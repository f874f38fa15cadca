from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.thread import BrokenThreadPool


def prepare() -> None:
    raise OSError("no kitchen")


with ThreadPoolExecutor(initializer=prepare) as pool:
    try:
        print(pool.submit(len, "soup").result())
    except BrokenThreadPool as error:
        print(f"BrokenThreadPool: {error}")
