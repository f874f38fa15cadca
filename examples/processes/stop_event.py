import time
from multiprocessing import Event, Process


def work(stop) -> None:
    while not stop.is_set():
        time.sleep(0.1)  # 做一小步，再看要不要停
    print("Worker has put its things away.")


if __name__ == "__main__":
    stop = Event()
    p = Process(target=work, args=(stop,))
    p.start()
    time.sleep(0.05)  # 让它做一会儿
    stop.set()
    p.join(timeout=10)
    if p.is_alive():  # 不听，就强行停
        p.kill()
        p.join()
    print(f"exit code: {p.exitcode}")
