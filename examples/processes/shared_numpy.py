# /// script
# dependencies = [
#   "numpy==2.4.6; python_version < '3.15'",
#   "numpy==2.5.5; python_version >= '3.15'",
# ]
#
# [tool.witness]
# timeout = 30
# ///
from contextlib import closing
from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory

import numpy as np

ROWS, COLUMNS = 2, 1_000_000


def array_in(memory: SharedMemory) -> np.ndarray:
    # 这一块可能比要的大，所以写明个数
    flat = np.frombuffer(memory.buf, np.float64, ROWS * COLUMNS)
    return flat.reshape(ROWS, COLUMNS)


def square(name: str, row: int) -> None:
    with closing(SharedMemory(name)) as memory:  # 按名字找到同一块
        array = array_in(memory)
        array[row] **= 2  # 各改各的一行，不用锁
        del array  # 没有数组在用它，才关得上


if __name__ == "__main__":
    size = ROWS * COLUMNS * np.dtype(np.float64).itemsize
    with closing(SharedMemory(create=True, size=size)) as memory:
        try:
            array = array_in(memory)
            array[0], array[1] = 3, 5
            workers = [
                Process(target=square, args=(memory.name, row))
                for row in range(ROWS)
            ]
            for p in workers:
                p.start()
            for p in workers:
                p.join()
            print(array.mean(axis=1))
            del array
        finally:
            memory.unlink()
