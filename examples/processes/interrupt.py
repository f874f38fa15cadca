# /// script
# requires-python = ">=3.14"
#
# [tool.witness]
# needs = ["fork"]
# ///
import os
import sys
import time
from multiprocessing import Event, Process


def work(ready) -> None:
    try:
        ready.set()
        while True:
            time.sleep(0.1)
    except KeyboardInterrupt:
        print("Worker was interrupted.")
    finally:
        print("Worker has put its things away.")


if __name__ == "__main__":
    if not hasattr(Process, "interrupt"):
        sys.exit("Process.interrupt 要 Python 3.14 或更新的版本")
    if not hasattr(os, "fork"):
        sys.exit("这个系统没有 os.fork，interrupt 不发信号")
    ready = Event()
    p = Process(target=work, args=(ready,))
    p.start()
    ready.wait()
    p.interrupt()
    p.join()
    print(f"exit code: {p.exitcode}")
