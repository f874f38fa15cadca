# /// script
# dependencies = ["distributed==2026.8.0"]
#
# [tool.witness]
# timeout = 60
# ///
import logging
import os

from distributed import Client, KilledWorker, LocalCluster


def crash(n):
    os._exit(1)  # 每次都这样，换哪个 worker 都没用


if __name__ == "__main__":
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        future = client.submit(crash, 3)
        try:
            print(future.result())
        except KilledWorker as error:
            print(f"{type(error).__name__}: {error.task.split('-')[0]}")
            print(f"allowed failures: {error.allowed_failures}")
