import weakref
from concurrent.futures import ThreadPoolExecutor, as_completed


class Page:
    """一个网页，很大。"""


def fetch(number: int) -> Page:
    return Page()


def keep() -> int:
    alive: weakref.WeakSet[Page] = weakref.WeakSet()
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(fetch, number) for number in range(100)]
        for future in as_completed(futures):
            alive.add(future.result())  # 用一下，就不要了
    return len(alive)


def drop() -> int:
    alive: weakref.WeakSet[Page] = weakref.WeakSet()
    with ThreadPoolExecutor(4) as pool:
        futures = {pool.submit(fetch, number) for number in range(100)}
        for future in as_completed(futures):
            futures.remove(future)  # 不再留着它
            alive.add(future.result())
        del future  # 最后一个还在这个变量里
    return len(alive)


print(f"kept: {keep()} pages are in memory")
print(f"dropped: {drop()} pages are in memory")
