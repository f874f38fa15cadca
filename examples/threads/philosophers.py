import threading

names = ["Ann", "Bob", "Cid", "Dan", "Eve"]
forks = [threading.Lock() for _ in names]
all_seated = threading.Barrier(5)


def dine(i: int, name: str) -> None:
    first, second = sorted((i, (i + 1) % 5))  # 先拿号小的
    all_seated.wait()
    with forks[first], forks[second]:
        print(f"{name} eats.")


philosophers = [
    threading.Thread(target=dine, args=(i, name))
    for i, name in enumerate(names)
]
for t in philosophers:
    t.start()
for t in philosophers:
    t.join()
