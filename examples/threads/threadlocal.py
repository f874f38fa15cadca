import threading

local_school = threading.local()
both_bound = threading.Barrier(2)


def process_student() -> None:
    std = local_school.student
    print(f"Hello, {std} (in {threading.current_thread().name})")


def process_thread(name: str) -> None:
    local_school.student = name
    both_bound.wait()  # 两个线程都写过了，再读
    process_student()


t1 = threading.Thread(
    target=process_thread, args=("Alice",), name="Thread-A"
)
t2 = threading.Thread(
    target=process_thread, args=("Bob",), name="Thread-B"
)
t1.start()
t2.start()
t1.join()
t2.join()
