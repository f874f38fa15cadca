import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor

started = threading.Event()
go_on = threading.Event()


def cook() -> None:
    started.set()
    go_on.wait()


with ThreadPoolExecutor(max_workers=1) as pool:
    running = pool.submit(cook)
    waiting = [pool.submit(cook) for _ in range(3)]
    started.wait()
    print(f"running: cancel() is {running.cancel()}")
    print(f"waiting: cancel() is {waiting[0].cancel()}")
    pool.shutdown(wait=False, cancel_futures=True)
    go_on.set()

print(f"running: done() is {running.done()}")
print(
    f"cancelled: {sum(future.cancelled() for future in waiting)} of 3"
)
try:
    waiting[0].result()
except CancelledError as error:
    print(f"result() raises {type(error).__name__}")
