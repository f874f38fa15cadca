import sys
from multiprocessing import Process
from pathlib import Path

try:
    import fcntl
except ImportError:
    sys.exit("这个系统没有 fcntl")

COUNT = Path("count.txt")


def add(times: int) -> None:
    for _ in range(times):
        with open("count.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # 别的进程持有，就等
            number = int(COUNT.read_text())
            COUNT.write_text(str(number + 1))
        # 文件关上，锁就释放了


if __name__ == "__main__":
    COUNT.write_text("0")
    processes = [Process(target=add, args=(100,)) for _ in range(4)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("count:", COUNT.read_text())


# /// script
# [tool.witness]
# needs = ["fcntl"]
# ///
