# /// script
# requires-python = ">=3.15"
#
# [tool.witness]
# alone = true
# ///
import os
import sys
import threading

if sys.version_info < (3, 15):
    sys.exit("profiling.sampling 要 Python 3.15 或更新的版本")
stove = threading.Lock()


def cook() -> None:
    with stove:
        stove.acquire()  # 同一把锁获取两次，卡在这里


print(f"Process {os.getpid()} cooks.")
try:
    cook()
except KeyboardInterrupt:
    print("It never ended.")
