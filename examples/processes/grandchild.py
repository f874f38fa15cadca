import os
import signal
import subprocess
import sys

GRANDCHILD = "import time; time.sleep(60)"
CHILD = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {GRANDCHILD!r}])
"""

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork 和 os.killpg")
with subprocess.Popen(
    [sys.executable, "-c", CHILD],
    stdout=subprocess.PIPE,
    start_new_session=True,  # 自成一组
) as child:
    try:
        child.communicate(timeout=0.5)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        output, _ = child.communicate()
        print(f"killed: {child.returncode}, output: {output}")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
