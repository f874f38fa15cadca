from collections.abc import Generator


def average() -> Generator[None, float | None, float]:
    total = 0.0
    count = 0
    while True:
        number = yield
        if number is None:  # 约定：None 表示这一组录完
            return total / count
        total += number
        count += 1


def report() -> Generator[None, float | None, None]:
    for name in ("甲组", "乙组"):
        # 外面 send 进来的数直接到 average；
        # average 的 return 值成为 yield from 的值
        mean = yield from average()
        print(f"{name}的平均值为 {mean}")


c = report()
next(c)
for number in (1, 2, 3, None, 10, 20):
    c.send(number)
try:
    c.send(None)
except StopIteration:
    print("都录完了")
