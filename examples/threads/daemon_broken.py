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


def save() -> None:
    threading.main_thread().join()  # 主线程结束了，才往下走
    print("Saver saved the data.")


threading.Thread(target=watch, daemon=True).start()
threading.Thread(target=save).start()
watching.wait()
print("Main thread ended.")
