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
    with Path(folder, "runs.txt").open("a") as file:
        file.write(f"{n}\n")
    receipt = Path(folder, f"{n}.receipt")
    first = not receipt.exists()
    receipt.write_text("paid")  # 做几次，都只有这一张
    if n == 3 and first:
        os._exit(1)
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
        futures = client.map(pay, range(5), folder=folder)
        print(f"sum: {sum(client.gather(futures))}")
        runs = Path(folder, "runs.txt").read_text().split()
        print(f"runs of 3: {runs.count('3')}")
        print(f"receipts: {len(list(Path(folder).glob('*.receipt')))}")
