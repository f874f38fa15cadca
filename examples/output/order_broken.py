import subprocess
import sys

print("1. parent: before the child")
print("2. parent: a warning", file=sys.stderr)
subprocess.run([sys.executable, "-c", "print('3. child')"])
print("4. parent: after the child")
