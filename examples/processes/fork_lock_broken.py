import os
import sys
import threading
import warnings

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork")

# 3.12 起，多线程的进程调用 os.fork 会得到警告。
# 这里关掉警告，看看它警告的事怎样发生。
warnings.simplefilter("ignore", DeprecationWarning)

lock = threading.Lock()
locked = threading.Event()
child_ended = threading.Event()


def hold_lock() -> None:
    with lock:
        locked.set()
        child_ended.wait()


holder = threading.Thread(target=hold_lock)
holder.start()
locked.wait()

pid = os.fork()
if pid == 0:
    # 锁被复制成「已锁」，持有它的线程却没有复制过来。
    print(f"Threads in child: {threading.active_count()}")
    print(f"Child got the lock: {lock.acquire(timeout=0.1)}")
else:
    os.waitpid(pid, 0)
    child_ended.set()
    holder.join()
    print(f"Parent got the lock: {lock.acquire(blocking=False)}")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
