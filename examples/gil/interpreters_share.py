# /// script
# requires-python = ">=3.14"
# ///
import sys

try:
    from concurrent.futures import InterpreterPoolExecutor
except ImportError:
    sys.exit("InterpreterPoolExecutor 要 Python 3.14 或更新的版本")

count = 0
numbers = [1, 2]
data = bytearray(b"before")


def change(items, view):
    global count
    count += 1
    items.append(3)
    view[:] = b"after!"


if __name__ == "__main__":
    with InterpreterPoolExecutor(1) as pool:
        pool.submit(change, numbers, memoryview(data)).result()
    print(f"global: {count}")
    print(f"list: {numbers}")
    print(f"memoryview: {bytes(data)}")
