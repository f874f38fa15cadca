import os
import sys
import time

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork")

parent = os.getpid()
print(f"Process ({parent}) start...", flush=True)

pid = os.fork()
if pid == 0:
    # 一直等到父进程不在了，再问父进程是谁。
    while os.getppid() == parent:
        time.sleep(0.01)
    still = os.getppid() == parent
    print(f"I am child process ({os.getpid()}).")
    print(f"Is {parent} still my parent? {still}")
else:
    print(f"I ({parent}) just created a child process ({pid}).")
    # 没有 os.waitpid：父进程到这里就结束了。

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
