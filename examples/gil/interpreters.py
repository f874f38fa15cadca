# /// script
# requires-python = ">=3.14"
# ///
import os
import sys
import time

try:
    from concurrent.futures import InterpreterPoolExecutor
except ImportError:
    sys.exit("InterpreterPoolExecutor 要 Python 3.14 或更新的版本")


def burn(_):
    cpu = time.thread_time()
    x = 0
    for _ in range(40_000_000):
        x ^= 1
    return time.thread_time() - cpu, os.getpid()


if __name__ == "__main__":
    start = time.perf_counter()
    with InterpreterPoolExecutor(2) as pool:
        results = list(pool.map(burn, range(2)))
    seconds = time.perf_counter() - start
    cores = sum(cpu for cpu, _ in results) / seconds
    pids = {pid for _, pid in results}
    print(f"{len(pids)} process: {seconds:.2f} s, {cores:.2f} cores")
