import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def cook(dish: str) -> str:
    time.sleep(random.random() * 0.3)
    if dish == "cake":
        raise ValueError("no eggs")
    return f"{dish} ready"


with ThreadPoolExecutor(max_workers=4) as pool:
    futures = {
        pool.submit(cook, dish): dish
        for dish in ("soup", "rice", "cake")
    }
    for future in as_completed(futures):
        try:
            print(future.result())
        except ValueError as error:
            print(f"{futures[future]}: {error}")
