import os
import signal
import sys
import time
from multiprocessing import Event, Process


def leave(number: int, frame: object) -> None:
    sys.exit(f"Worker got {signal.Signals(number).name}.")


def work(ready) -> None:
    signal.signal(signal.SIGTERM, leave)  # 换成一个异常
    try:
        ready.set()
        while True:
            time.sleep(0.1)
    finally:
        print("Worker has put its things away.")


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        sys.exit("这个系统没有 os.fork，terminate 不发信号")
    ready = Event()
    p = Process(target=work, args=(ready,))
    p.start()
    ready.wait()
    p.terminate()
    p.join()
    print(f"exit code: {p.exitcode}")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
