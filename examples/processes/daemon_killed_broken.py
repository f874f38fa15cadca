import time
from multiprocessing import Event, Process


def work(ready) -> None:
    try:
        print("Worker has taken its things out.")
        ready.set()
        time.sleep(60)
    finally:
        print("Worker has put its things away.")


if __name__ == "__main__":
    ready = Event()
    p = Process(target=work, args=(ready,), daemon=True)
    p.start()
    ready.wait()
    print("Main process ends.")
