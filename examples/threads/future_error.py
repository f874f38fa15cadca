from concurrent.futures import ThreadPoolExecutor


def work() -> None:
    raise ValueError("bad record")


with ThreadPoolExecutor() as pool:
    future = pool.submit(work)
    try:
        future.result()
    except ValueError as error:
        print(f"Main thread caught: {error!r}")
