# /// script
# requires-python = ">=3.11"
#
# [tool.witness]
# needs = ["fork"]
# ///
import os

# flush：先把缓冲区写空，子进程就没有旧文字可以复制。
print(f"Process ({os.getpid()}) start...", flush=True)

pid = os.fork()
if pid == 0:
    me, parent = os.getpid(), os.getppid()
    print(f"I am child process ({me}) and my parent is {parent}.")
else:
    me = os.getpid()
    print(f"I ({me}) just created a child process ({pid}).")
    os.waitpid(pid, 0)  # 父进程活到子进程结束之后
