import threading


class School:
    student = ""


school = School()
alice_bound = threading.Event()
bob_done = threading.Event()


def process_student(name: str) -> None:
    thread = threading.current_thread().name
    print(f"{name}: Hello, {school.student} (in {thread})")


def process_alice(name: str) -> None:
    school.student = name
    alice_bound.set()
    bob_done.wait()  # 读之前，另一个线程也写了
    process_student(name)


def process_bob(name: str) -> None:
    alice_bound.wait()
    school.student = name
    process_student(name)
    bob_done.set()


t1 = threading.Thread(
    target=process_alice, args=("Alice",), name="Thread-A"
)
t2 = threading.Thread(
    target=process_bob, args=("Bob",), name="Thread-B"
)
t1.start()
t2.start()
t1.join()
t2.join()
