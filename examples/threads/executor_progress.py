import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

DISHES = ["soup", "rice", "cake", "tea"]


def cook(dish: str) -> None:
    time.sleep(random.random() * 0.2)
    if dish == "cake":
        raise ValueError("no eggs")


failed = []
with ThreadPoolExecutor() as pool:
    futures = {pool.submit(cook, dish): dish for dish in DISHES}
    for count, future in enumerate(as_completed(futures), 1):
        if future.exception():
            failed.append(futures[future])
        print(f"{count} of {len(DISHES)} done")
print("failed:", *failed)
