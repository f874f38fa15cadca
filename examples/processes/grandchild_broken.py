import os
import subprocess
import sys
import time

GRANDCHILD = "import time; print('ready', flush=True); time.sleep(2)"
CHILD = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {GRANDCHILD!r}])
"""

if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork，kill 不发信号")
start = time.perf_counter()
with subprocess.Popen(
    [sys.executable, "-c", CHILD], stdout=subprocess.PIPE
) as child:
    print(f"grandchild: {child.stdout.readline().decode().strip()}")
    try:
        child.communicate(timeout=0.5)
    except subprocess.TimeoutExpired:
        child.kill()
        print(f"child: {child.wait()}")
        child.communicate()  # 管道还开着，等到孙进程结束
seconds = time.perf_counter() - start
print(f"timeout=0.5 took {seconds:.2f} seconds")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
