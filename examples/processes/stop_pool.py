import signal
import time
from multiprocessing import Pool


def ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def cook(number: int) -> None:
    print(f"Cooking {number}.")
    time.sleep(60)


if __name__ == "__main__":
    with Pool(2, initializer=ignore_ctrl_c) as p:
        try:
            result = p.map_async(cook, range(2), chunksize=1)
            while not result.ready():
                time.sleep(0.1)  # 睡着也能被 Ctrl+C 打断
        except KeyboardInterrupt:
            print("Main process stops.")
    # 离开 with 时，terminate() 终止了工作进程。
