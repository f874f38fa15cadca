# /// script
# requires-python = ">=3.14"
# ///
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

if sys.version_info < (3, 14):
    sys.exit("map 的 buffersize 要 Python 3.14 或更新的版本")

taken = 0


def numbers() -> Iterator[int]:
    global taken
    for n in range(1000):
        taken += 1
        yield n


with ThreadPoolExecutor() as pool:
    pool.map(abs, numbers())
    print(f"taken at once: {taken}")

    taken = 0
    answers = pool.map(abs, numbers(), buffersize=10)
    print(f"with buffersize=10: {taken}")
    next(answers)
    print(f"after one answer: {taken}")
