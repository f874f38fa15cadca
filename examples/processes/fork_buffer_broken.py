import os
import sys

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork")

# 没有换行，也没有 flush：这几个字还留在缓冲区里。
print("Loading... ", end="")

pid = os.fork()
if pid == 0:
    print("I am the child.")
else:
    os.waitpid(pid, 0)
    print("I am the parent.")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
