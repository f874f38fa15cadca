import os
import signal
import subprocess
import sys

GRANDCHILD = "import time; print('ready', flush=True); time.sleep(60)"
CHILD = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {GRANDCHILD!r}])
"""

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork 和 os.killpg")
with subprocess.Popen(
    [sys.executable, "-c", CHILD],
    stdout=subprocess.PIPE,
    start_new_session=True,  # 子进程和它的后代自成一组
) as child:
    print(f"grandchild: {child.stdout.readline().decode().strip()}")

    child.kill()
    print(f"child: {child.wait()}")
    os.killpg(child.pid, 0)  # 组里没有进程了，就会抛出异常
    print("somebody is left in the group")

    os.killpg(child.pid, signal.SIGKILL)
    ended = child.stdout.read() == b""
    print(f"after killpg, end of the pipe: {ended}")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
