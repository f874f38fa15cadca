import threading

stop = threading.Event()
threading.Thread(target=stop.wait, name="Ann").start()
for t in threading.enumerate():
    if t is not threading.main_thread() and not t.daemon:
        print(f"{t.name} is still running")
stop.set()
