import signal
import threading
import time

handled_in: list[str] = []


def handle(number: int, frame: object) -> None:
    handled_in.append(threading.current_thread().name)


def work() -> None:
    try:
        signal.signal(signal.SIGINT, handle)
    except ValueError as error:
        print(f"{threading.current_thread().name}: {error}")
    signal.raise_signal(signal.SIGINT)


signal.signal(signal.SIGINT, handle)
t = threading.Thread(target=work, name="Worker")
t.start()
t.join()
while not handled_in:
    time.sleep(0.01)
print(f"handled in: {handled_in}")
