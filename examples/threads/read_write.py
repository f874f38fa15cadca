import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """许多个可以一起读；写的时候只有一个，也没有人读。"""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._reading = 0
        self._writing = False
        self._waiting_to_write = 0

    @contextmanager
    def read(self) -> Iterator[None]:
        with self._changed:
            # 有人等着写，后来的就不再进去读，不然写的永远轮不到
            self._changed.wait_for(
                lambda: not self._writing and not self._waiting_to_write
            )
            self._reading += 1
        try:
            yield
        finally:
            with self._changed:
                self._reading -= 1
                self._changed.notify_all()

    @contextmanager
    def write(self) -> Iterator[None]:
        with self._changed:
            self._waiting_to_write += 1
            try:
                self._changed.wait_for(
                    lambda: not self._writing and not self._reading
                )
                self._writing = True
            finally:  # 等的时候被 Ctrl+C 打断，也要叫醒读的
                self._waiting_to_write -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()


READERS, WRITERS, TIMES = 3, 2, 10
lock = ReadWriteLock()
together = threading.Barrier(READERS + 1)
done = threading.Event()
stock = {"soup": 0, "rice": 0}  # 两个数总要一样
differ: list[dict[str, int]] = []


def read() -> None:
    with lock.read():
        together.wait()  # 三个都进来了，才放行
    while not done.is_set():
        with lock.read():
            if stock["soup"] != stock["rice"]:
                differ.append(stock.copy())


def write() -> None:
    for _ in range(TIMES):
        with lock.write():
            stock["soup"] += 1
            time.sleep(0.001)  # 这时只改了一半
            stock["rice"] += 1


readers = [threading.Thread(target=read) for _ in range(READERS)]
writers = [threading.Thread(target=write) for _ in range(WRITERS)]
for t in readers:
    t.start()
together.wait()
print("reading together:", READERS)
for t in writers:
    t.start()
for t in writers:
    t.join()
done.set()
for t in readers:
    t.join()
print("read half a change:", len(differ))
print("stock:", stock)
