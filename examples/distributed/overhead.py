# /// script
# dependencies = ["distributed==2026.8.0"]
#
# [tool.witness]
# alone = true
# timeout = 60
# ///
import logging
import time
from concurrent.futures import ProcessPoolExecutor

from distributed import Client, LocalCluster

JOBS = 200
ROUNDS = 5  # 量几次，取最小的


def job(_):
    pass


def each(do):
    times = []
    for i in range(ROUNDS):
        jobs = range(i * JOBS, (i + 1) * JOBS)  # 每次都是新的任务
        start = time.perf_counter()
        do(jobs)
        times.append(time.perf_counter() - start)
    return min(times) / JOBS * 1e3


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        processes = each(lambda jobs: list(pool.map(job, jobs)))
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",  # 用空着的端口
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        engine = each(lambda jobs: client.gather(client.map(job, jobs)))
    print(f"进程池，每件 {processes:.2f} 毫秒")
    print(f"引擎，每件 {engine:.2f} 毫秒")
    print(f"引擎是进程池的 {engine / processes:.1f} 倍")
