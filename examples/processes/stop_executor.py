import threading
from concurrent.futures import ThreadPoolExecutor, wait

all_in = threading.Event()
stop = threading.Event()


def cook(number: int) -> None:
    all_in.wait()
    print(f"Cooking {number}.")
    stop.wait(timeout=60)


with ThreadPoolExecutor(max_workers=2) as pool:
    futures = [pool.submit(cook, number) for number in range(10)]
    try:
        all_in.set()
        wait(futures)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)  # 排队的
        stop.set()  # 正在做的
cancelled = sum(future.cancelled() for future in futures)
print(f"stopped: {len(futures) - cancelled}, cancelled: {cancelled}")
