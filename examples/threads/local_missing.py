import threading


class School(threading.local):
    def __init__(self) -> None:
        self.student = "nobody"


plain = threading.local()
school = School()


def read() -> None:
    name = threading.current_thread().name
    try:
        print(f"{name}: plain.student = {plain.student}")
    except AttributeError:
        print(f"{name}: plain.student -> AttributeError")
    print(f"{name}: school.student = {school.student}")


plain.student = "Alice"
school.student = "Alice"
read()
t = threading.Thread(target=read, name="Thread-A")
t.start()
t.join()
