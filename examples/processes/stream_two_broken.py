import subprocess
import sys
import threading

CHILD = """
import sys
sys.stderr.write("x" * 1_000_000)  # 先写满标准错误
print("done")
"""

with subprocess.Popen(
    [sys.executable, "-c", CHILD],
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    text=True,
) as child:
    got: list[str] = []
    reader = threading.Thread(
        target=lambda: got.append(child.stdout.read())
    )
    reader.start()
    reader.join(timeout=1)  # 直接 read()，就永远等在这里
    print(f"stdout after 1 second: {got}")

    errors = child.stderr.read()  # 有人读了，它才写得下去
    reader.join()
print(f"stdout: {got}, stderr: {len(errors)} characters")
