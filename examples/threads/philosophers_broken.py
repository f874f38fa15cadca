import threading

names = ["Ann", "Bob", "Cid", "Dan", "Eve"]
forks = [threading.Lock() for _ in names]
all_hold_one = threading.Barrier(5)
all_tried = threading.Barrier(5)


def dine(i: int, name: str) -> None:
    left, right = forks[i], forks[(i + 1) % 5]
    with left:
        all_hold_one.wait()  # 人人拿着左边的一把
        if right.acquire(timeout=0.2):  # 没有时限就永远等
            print(f"{name} eats.")
            right.release()
        else:
            print(f"{name} has no right fork.")
        all_tried.wait()  # 都试完了，才放下


philosophers = [
    threading.Thread(target=dine, args=(i, name))
    for i, name in enumerate(names)
]
for t in philosophers:
    t.start()
for t in philosophers:
    t.join()
