import threading
import time

stop = threading.Event()


def work() -> None:
    while not stop.wait(timeout=0.1):
        pass  # 做一小步，再看要不要停
    print("Worker has put its things away.")


worker = threading.Thread(target=work)
worker.start()
try:
    print("Press Ctrl+C.")
    while worker.is_alive():
        time.sleep(0.1)  # 睡着也能被 Ctrl+C 打断
except KeyboardInterrupt:
    print("Main thread asks the worker to stop.")
    stop.set()
worker.join()
