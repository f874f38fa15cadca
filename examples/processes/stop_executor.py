import threading
import time
from concurrent.futures import ThreadPoolExecutor

all_in = threading.Event()  # 十个都交出去了
stop = threading.Event()


def cook(number: int) -> None:
    all_in.wait()
    print(f"Cooking {number}.")
    stop.wait(timeout=60)


with ThreadPoolExecutor(max_workers=2) as pool:
    futures = [pool.submit(cook, number) for number in range(10)]
    try:
        all_in.set()
        for future in futures:
            while not future.done():
                time.sleep(0.1)  # 睡着也能被 Ctrl+C 打断
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)  # 排队的
        stop.set()  # 正在做的
cancelled = sum(future.cancelled() for future in futures)
print(f"stopped: {len(futures) - cancelled}, cancelled: {cancelled}")
