import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Pool:
    def __init__(self, size: int) -> None:
        self.tasks: queue.Queue[Any] = queue.Queue()
        self.threads = [
            threading.Thread(target=self.work) for _ in range(size)
        ]

    def work(self) -> None:
        while (task := self.tasks.get()) is not None:
            future, function, arguments = task
            if not future.set_running_or_notify_cancel():
                continue  # 还没有做，就取消了
            try:
                future.set_result(function(*arguments))
            except BaseException as error:
                future.set_exception(error)

    def submit(
        self, function: Callable[..., Any], *arguments: Any
    ) -> Future[Any]:
        future: Future[Any] = Future()
        self.tasks.put((future, function, arguments))
        return future

    def __enter__(self) -> "Pool":
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *exception: object) -> None:
        for _ in self.threads:
            self.tasks.put(None)  # 一个线程一个结束标记
        for t in self.threads:
            t.join()


with Pool(2) as pool:
    futures = [pool.submit(int, text) for text in ("7", "soup", "9")]
    for future in futures:
        print(future.exception() or future.result())
print("threads left:", threading.active_count() - 1)
