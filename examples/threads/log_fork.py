import logging
import os
import sys
import threading
import warnings

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork")
# 3.12 起，有别的线程时 fork 会警告。
warnings.simplefilter("ignore", DeprecationWarning)
handler = logging.StreamHandler(sys.stdout)
logging.basicConfig(level=logging.INFO, handlers=[handler])
mine = threading.Lock()
held = threading.Event()
done = threading.Event()


def hold() -> None:
    with mine, handler.lock:
        held.set()
        done.wait()


t = threading.Thread(target=hold)
t.start()
held.wait()
pid = os.fork()
if pid == 0:
    print(f"child gets my lock: {mine.acquire(timeout=0.5)}")
    logging.info("child can log")
    sys.stdout.flush()
    os._exit(0)
os.waitpid(pid, 0)
done.set()
t.join()

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
