import os
from multiprocessing import Process
from threading import Thread

count = 0


def change(who: str) -> None:
    global count
    count = 1
    print(f"{who}: count = {count} in process {os.getpid()}")


if __name__ == "__main__":
    print(f"Start: count = {count} in process {os.getpid()}")

    process = Process(target=change, args=("Child process",))
    process.start()
    process.join()
    print(f"After the process: count = {count}")

    thread = Thread(target=change, args=("Thread",))
    thread.start()
    thread.join()
    print(f"After the thread: count = {count}")
