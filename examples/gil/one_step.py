import sys
import threading

sys.setswitchinterval(1e-6)  # 尽量频繁地切换线程
appended: list[int] = []
counts = {"all": 0}


def one() -> int:
    return 1


def work() -> None:
    for _ in range(100_000):
        appended.append(1)  # 一步
        counts["all"] += one()  # 取、加、存


threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"appended: {len(appended)} of 400000")
print(f"counted:  {counts['all']} of 400000")
