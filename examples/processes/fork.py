import os
import sys

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork")

# flush：先刷新缓冲区，子进程就没有旧文字可以复制。
print(f"Process ({os.getpid()}) start...", flush=True)

pid = os.fork()
if pid == 0:
    me, parent = os.getpid(), os.getppid()
    print(f"I am child process ({me}) and my parent is {parent}.")
else:
    me = os.getpid()
    print(f"I ({me}) just created a child process ({pid}).")
    os.waitpid(pid, 0)  # 父进程活到子进程结束之后

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
