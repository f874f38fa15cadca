# /// script
# dependencies = ["distributed==2026.8.0"]
#
# [tool.witness]
# timeout = 60
# ///
import logging
import os
import tempfile
from pathlib import Path

from distributed import Client, LocalCluster


def pay(n, folder):
    ledger = Path(folder, "ledger.txt")
    with ledger.open("a") as file:
        file.write(f"{n}\n")  # 副作用：记一笔账
    if n == 3 and ledger.read_text().split().count("3") == 1:
        os._exit(1)  # 第一次做到这里，worker 没了：被杀、断电也一样
    return n * n


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",  # 用空着的端口
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        first, second = client.scheduler_info()["workers"]

        def submit(n, worker):
            return client.submit(
                pay, n, folder, workers=worker, allow_other_workers=True
            )

        futures = [submit(1, first), submit(2, second)]
        print(f"first two: {client.gather(futures)}")
        futures.append(submit(3, second))
        print(f"sum: {sum(client.gather(futures))}")
        paid = Path(folder, "ledger.txt").read_text().split()
        for n in (1, 2, 3):
            print(f"paid {n}: {paid.count(str(n))}")
