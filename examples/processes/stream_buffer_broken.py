import subprocess
import sys
import threading

CHILD = """
import sys
print("ready")  # 攒在缓冲区里，没有送出去
sys.stdin.readline()
"""
line_came = threading.Event()


def read_line() -> None:
    print(f"line: {child.stdout.readline().strip()}")
    line_came.set()


with subprocess.Popen(
    [sys.executable, "-E", "-c", CHILD],  # 不看 PYTHON… 变量
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
) as child:
    reader = threading.Thread(target=read_line)
    reader.start()
    if not line_came.wait(timeout=1):
        print("no line in 1 second")
    child.stdin.write("go on\n")
    child.stdin.close()  # 它结束时，才送出来
    reader.join()
