import os
from concurrent.futures import ProcessPoolExecutor


def who(_: int) -> int:
    return os.getpid()


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        pids = list(pool.map(who, range(12), chunksize=4))
    for start in range(0, 12, 4):
        chunk = pids[start : start + 4]
        print(
            f"tasks {start} to {start + 3}: {len(set(chunk))} process"
        )
