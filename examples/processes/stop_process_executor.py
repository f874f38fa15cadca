import multiprocessing
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Event


def prepare(event: Event) -> None:
    global stop
    stop = event
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def cook(number: int) -> None:
    if not stop.is_set():
        print(f"Cooking {number}.")
        stop.wait(timeout=60)


if __name__ == "__main__":
    event = multiprocessing.Event()
    with ProcessPoolExecutor(
        max_workers=2, initializer=prepare, initargs=(event,)
    ) as pool:
        futures = [pool.submit(cook, number) for number in range(10)]
        try:
            while not all(future.done() for future in futures):
                time.sleep(0.1)  # 睡着也能被 Ctrl+C 打断
        except KeyboardInterrupt:
            for future in futures:
                future.cancel()  # 排队的
            event.set()  # 正在做的；离开 with 时等它们
    print("有取消了的:", any(future.cancelled() for future in futures))
    print("没有做完的:", sum(not future.done() for future in futures))
