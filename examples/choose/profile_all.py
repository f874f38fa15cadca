# /// script
# requires-python = ">=3.12"
# ///
import sys
import threading
from collections import Counter
from types import FrameType

if sys.version_info < (3, 12):
    sys.exit("setprofile_all_threads 要 Python 3.12 或更新的版本")

calls: Counter[int] = Counter()  # 每个线程调用 wash 几次
go = threading.Event()


def note(frame: FrameType, event: str, arg: object) -> None:
    if event == "call" and frame.f_code is wash.__code__:
        calls[threading.get_ident()] += 1


def wash() -> None:
    pass


def cook() -> None:
    go.wait()
    for _ in range(100):
        wash()


thread = threading.Thread(target=cook, name="Cook")
thread.start()
threading.setprofile_all_threads(note)  # 线程已经在运行
go.set()
for _ in range(7):
    wash()
thread.join()
threading.setprofile_all_threads(None)
for t in thread, threading.main_thread():
    print(f"{t.name}: {calls[t.ident or 0]} calls")
