# /// script
# [tool.witness]
# alone = true
# timeout = 30
# ///
import multiprocessing
import queue
import sys
import threading
import time

WORKERS = 2


# 纯计算：不读、不写、不等
def burn(start_line, spans):
    start_line.wait()  # 到齐了一起跑
    start = time.perf_counter()
    cpu = time.thread_time()
    x = 0
    for _ in range(5_000_000):
        x ^= 1
    cpu = time.thread_time() - cpu
    spans.put((start, time.perf_counter(), cpu))


# 用了几个核：CPU 时间的总和 ÷ 墙上时钟走过的时间
def cores_used(worker, barrier, spans):
    workers = [
        worker(target=burn, args=(barrier, spans))
        for _ in range(WORKERS)
    ]
    for w in workers:
        w.start()
    starts, ends, cpus = zip(*[spans.get() for _ in workers])
    for w in workers:
        w.join()
    return sum(cpus) / (max(ends) - min(starts))


def gil_enabled():
    # 3.13 才有这个函数；之前的版本都有 GIL
    return getattr(sys, "_is_gil_enabled", lambda: True)()


if __name__ == "__main__":
    print("GIL:", "on" if gil_enabled() else "off")
    threads = cores_used(
        threading.Thread, threading.Barrier(WORKERS), queue.Queue()
    )
    print(f"{WORKERS} threads use {threads:.2f} cores")
    processes = cores_used(
        multiprocessing.Process,
        multiprocessing.Barrier(WORKERS),
        multiprocessing.Queue(),
    )
    print(f"{WORKERS} processes use {processes:.2f} cores")
