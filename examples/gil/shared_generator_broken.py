import threading
from collections.abc import Iterator

inside = threading.Event()
go_on = threading.Event()


def numbers() -> Iterator[int]:
    inside.set()
    go_on.wait()  # 正在算下一个
    yield 1


shared = numbers()
t = threading.Thread(target=next, args=(shared,))
t.start()
inside.wait()
try:
    next(shared)
except ValueError as error:
    print(f"ValueError: {error}")
go_on.set()
t.join()
