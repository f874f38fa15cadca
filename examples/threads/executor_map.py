import time
from concurrent.futures import ThreadPoolExecutor


def cook(dish: str, seconds: float) -> str:
    time.sleep(seconds)
    return f"{dish} ready"


dishes = ["soup", "rice", "tea"]
seconds = [0.3, 0.2, 0.1]
with ThreadPoolExecutor() as pool:
    for answer in pool.map(cook, dishes, seconds):
        print(answer)
