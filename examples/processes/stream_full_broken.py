import subprocess
import sys

CHILD = "print('x' * 1_000_000)"  # 管道装不下这么多

child = subprocess.Popen(
    [sys.executable, "-c", CHILD], stdout=subprocess.PIPE
)
try:
    child.wait(timeout=1)  # 不写 timeout，就永远等在这里
except subprocess.TimeoutExpired:
    print("still running after 1 second")

output, _ = child.communicate()
print(f"communicate: {len(output.strip())} bytes")
