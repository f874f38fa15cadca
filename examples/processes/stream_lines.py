import subprocess
import sys

CHILD = """
for number in 1, 2, 3:
    print(f"line {number}", flush=True)
    input()
"""

with subprocess.Popen(
    [sys.executable, "-c", CHILD],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
) as child:
    for line in child.stdout:  # 来一行，处理一行
        print(f"{line.strip()}, child runs: {child.poll() is None}")
        child.stdin.write("go on\n")
        child.stdin.flush()
print(f"exit code: {child.returncode}")
