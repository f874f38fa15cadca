import threading
import time


def loop() -> None:
    name = threading.current_thread().name
    print(f"thread {name} is running...")
    for n in range(1, 6):
        print(f"thread {name} >>> {n}")
        time.sleep(0.1)
    print(f"thread {name} ended.")


name = threading.current_thread().name
print(f"thread {name} is running...")
t = threading.Thread(target=loop, name="LoopThread")
t.start()
t.join()
print(f"thread {name} ended.")
