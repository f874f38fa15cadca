import threading
from collections.abc import Iterator


class Locked:
    """一次只让一个线程取下一个。"""

    def __init__(self, iterator: Iterator[int]) -> None:
        self.iterator = iterator
        self.lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        with self.lock:
            return next(self.iterator)


def numbers() -> Iterator[int]:
    for n in range(100_000):
        yield 2 * n


taken: list[list[int]] = []
shared = Locked(numbers())
threads = [
    threading.Thread(target=lambda: taken.append(list(shared)))
    for _ in range(4)
]
for t in threads:
    t.start()
for t in threads:
    t.join()
everything = sorted(n for part in taken for n in part)
once = everything == list(range(0, 200_000, 2))
print(f"each number once: {once}")
