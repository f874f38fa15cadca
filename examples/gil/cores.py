import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


# 纯计算：不读、不写、不等。返回自己用掉的 CPU 时间
def burn(_):
    cpu = time.thread_time()
    x = 0
    for _ in range(15_000_000):
        x ^= 1
    return time.thread_time() - cpu


# 算两份，看用了几秒，几个核心
def measure(who, pool):
    start = time.perf_counter()
    with pool:
        cpu = sum(pool.map(burn, range(2)))
    seconds = time.perf_counter() - start
    print(f"{who}: {seconds:.2f} s, {cpu / seconds:.2f} cores")


if __name__ == "__main__":
    # 3.13 才有这个函数；之前的版本都有 GIL
    ask = getattr(sys, "_is_gil_enabled", None)
    print("GIL: on" if ask is None or ask() else "GIL: off")
    measure("1 thread", ThreadPoolExecutor(1))
    measure("2 threads", ThreadPoolExecutor(2))
    measure("2 processes", ProcessPoolExecutor(2))


# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
