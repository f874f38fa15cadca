import threading

stop = threading.Event()
stopped = threading.Event()


def work() -> None:
    stop.wait()
    stopped.set()


worker = threading.Thread(target=work)
worker.start()
try:
    print("Press Ctrl+C.")
    worker.join()
except KeyboardInterrupt:
    print(f"worker has stopped: {stopped.is_set()}")
    print(f"worker is alive: {worker.is_alive()}")
    stop.set()
    stopped.wait()
    print(f"worker has stopped: {stopped.is_set()}")
