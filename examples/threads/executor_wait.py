import threading
from concurrent.futures import (
    FIRST_COMPLETED,
    ThreadPoolExecutor,
    wait,
)

rice_may_end = threading.Event()


def soup() -> str:
    return "soup"


def rice() -> str:
    rice_may_end.wait()
    return "rice"


with ThreadPoolExecutor() as pool:
    futures = [pool.submit(soup), pool.submit(rice)]
    done, not_done = wait(futures, return_when=FIRST_COMPLETED)
    print(f"first: {[future.result() for future in done]}")

    done, not_done = wait(futures, timeout=0.1)
    print(f"after 0.1 s: {len(done)} done, {len(not_done)} not done")

    rice_may_end.set()
    done, not_done = wait(futures)
    print(f"in the end: {len(done)} done, {len(not_done)} not done")
