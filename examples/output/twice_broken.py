import os
import sys

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork")

print("before fork")
pid = os.fork()
if pid == 0:
    print("child")
else:
    os.waitpid(pid, 0)
    print("parent")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
