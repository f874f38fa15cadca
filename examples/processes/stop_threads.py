import threading

stop = threading.Event()


def work() -> None:
    while not stop.wait(timeout=0.1):
        pass  # 做一小步，再看要不要停
    print("Worker has put its things away.")


worker = threading.Thread(target=work)
worker.start()
try:
    print("Press Ctrl+C.")
    worker.join()
except KeyboardInterrupt:
    print("Main thread asks the worker to stop.")
    stop.set()
    worker.join()
