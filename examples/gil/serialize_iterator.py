# /// script
# requires-python = ">=3.15"
# ///
import sys
import threading
from collections.abc import Iterator

if not hasattr(threading, "serialize_iterator"):
    sys.exit("serialize_iterator 要 Python 3.15 或更新的版本")


def numbers() -> Iterator[int]:
    for n in range(100_000):
        yield 2 * n


taken: list[list[int]] = []
shared = threading.serialize_iterator(numbers())
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
