import sys
import threading

failed = threading.Event()


def report(args: threading.ExceptHookArgs) -> None:
    threading.__excepthook__(args)  # 照样打印
    failed.set()


def work() -> None:
    raise ValueError("bad record")


threading.excepthook = report
t = threading.Thread(target=work, name="Worker")
t.start()
t.join()
if failed.is_set():
    sys.exit("A thread failed.")
