# /// script
# requires-python = ">=3.14"
#
# [tool.witness]
# alone = true
# timeout = 30
# ///
import os
import time
from concurrent import interpreters

WORKERS = 2


def burn(spans):
    start = time.perf_counter()
    cpu = time.thread_time()
    x = 0
    for _ in range(5_000_000):
        x ^= 1
    cpu = time.thread_time() - cpu
    spans.put((start, time.perf_counter(), cpu, os.getpid()))


if __name__ == "__main__":
    spans = interpreters.create_queue()
    workers = [interpreters.create() for _ in range(WORKERS)]
    # 每个解释器一个线程，各有各的 GIL
    threads = [w.call_in_thread(burn, spans) for w in workers]
    for t in threads:
        t.join()
    starts, ends, cpus, pids = zip(*[spans.get() for _ in workers])
    for w in workers:
        w.close()
    cores = sum(cpus) / (max(ends) - min(starts))
    print(
        f"{WORKERS} interpreters in {len(set(pids))} process"
        f" use {cores:.2f} cores"
    )
