import queue
import subprocess
import sys
import threading

CHILD = """
import sys
print("ready")  # 攒在缓冲区里，没有送出去
sys.stdin.readline()
"""
lines: queue.Queue[str] = queue.Queue()

with subprocess.Popen(
    [sys.executable, "-E", "-c", CHILD],  # 不看 PYTHON… 变量
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
) as child:
    reader = threading.Thread(
        target=lambda: lines.put(child.stdout.readline().strip())
    )
    reader.start()
    try:
        print(f"line: {lines.get(timeout=1)}")
    except queue.Empty:
        print("no line in 1 second")
    child.stdin.write("go on\n")
    child.stdin.close()  # 它结束时，才送出来
    print(f"line: {lines.get()}")
