import sys
import time
from multiprocessing import Process


def succeed() -> None:
    pass


def leave_early() -> None:
    sys.exit(3)


def fail() -> None:
    raise ValueError("bad input")


def sleep_long() -> None:
    time.sleep(60)


if __name__ == "__main__":
    for target in succeed, leave_early, fail:
        p = Process(target=target)
        p.start()
        p.join()
        print(f"{target.__name__}: {p.exitcode}")

    p = Process(target=sleep_long)
    p.start()
    print(f"sleep_long, still running: {p.exitcode}")
    p.terminate()
    p.join()
    print(f"sleep_long, terminated: {p.exitcode}")
