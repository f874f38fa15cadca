import threading

watching = threading.Event()
stop = threading.Event()


def watch() -> None:
    print("Watcher opened its log.")
    watching.set()
    try:
        stop.wait()
    finally:
        print("Watcher closed its log.")


watcher = threading.Thread(target=watch)
watcher.start()
watching.wait()
print("Main thread asks the watcher to stop.")
stop.set()
watcher.join()
print("Main thread ended.")
