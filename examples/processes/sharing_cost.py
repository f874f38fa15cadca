import time
from collections.abc import Callable
from multiprocessing import Array, Manager

ROUNDS = 2_000


def seconds(read: Callable[[], int]) -> float:
    start = time.perf_counter()
    for _ in range(ROUNDS):
        read()
    return time.perf_counter() - start


if __name__ == "__main__":
    plain = [0]
    locked = Array("i", 1)
    unlocked = Array("i", 1, lock=False)
    with Manager() as manager:
        managed = manager.list([0])
        base = min(seconds(lambda: plain[0]) for _ in range(5))
        for name, shared in (
            ("Array, lock=False", unlocked),
            ("Array", locked),
            ("Manager().list", managed),
        ):
            best = min(seconds(lambda: shared[0]) for _ in range(5))
            print(f"{name}: {best / base:.1f} times a list")

# /// script
# [tool.witness]
# alone = true
# ///
