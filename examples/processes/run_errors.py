import subprocess
import sys

try:
    subprocess.run(["no-such-command"])
except FileNotFoundError:
    print("no-such-command: FileNotFoundError")

exit_3 = [sys.executable, "-c", "exit(3)"]
print(f"Without check: {subprocess.run(exit_3).returncode}")
try:
    subprocess.run(exit_3, check=True)
except subprocess.CalledProcessError as error:
    print(f"With check: CalledProcessError, {error.returncode}")

sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
try:
    subprocess.run(sleep, timeout=0.5)
except subprocess.TimeoutExpired:
    print("With timeout: TimeoutExpired")
