import time
from multiprocessing import Process


def work(name: str) -> None:
    try:
        print(f"{name} works.")
        time.sleep(60)
    except KeyboardInterrupt:
        print(f"{name} got Ctrl+C.")


if __name__ == "__main__":
    workers = [
        Process(target=work, args=(name,)) for name in ("Ann", "Bob")
    ]
    try:
        for p in workers:
            p.start()
        for p in workers:
            p.join()
    except KeyboardInterrupt:
        print("Main process got Ctrl+C.")
    for p in workers:
        p.join()
