import threading
from itertools import accumulate

seats = threading.Semaphore(2)
seated: list[int] = []  # 坐下记 1，起身记 -1


def eat() -> None:
    with seats:
        seated.append(1)
        both_seated.wait()  # 坐满两个，才开始吃
        seated.append(-1)


both_seated = threading.Barrier(2)
guests = [threading.Thread(target=eat) for _ in range(6)]
for t in guests:
    t.start()
for t in guests:
    t.join()
most = max(accumulate(seated))
print(f"guests: {len(guests)}, seated at once: {most}")
