import threading

first_done = threading.Event()
second_done = threading.Event()


def first() -> None:
    print("first")
    first_done.set()


def second() -> None:
    first_done.wait()
    print("second")
    second_done.set()


def third() -> None:
    second_done.wait()
    print("third")


threads = [
    threading.Thread(target=work) for work in (third, second, first)
]
for t in threads:
    t.start()
for t in threads:
    t.join()
