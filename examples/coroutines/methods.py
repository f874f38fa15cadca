from collections.abc import Generator


class Reset(Exception):
    """请协程把累计清零。"""


def average() -> Generator[float | None, float, None]:
    total = 0.0
    count = 0
    mean = None
    try:
        while True:
            try:
                number = yield mean
            except Reset:
                total, count, mean = 0.0, 0, None
                continue
            total += number
            count += 1
            mean = total / count
    finally:
        print(f"收尾：累计 {count} 个数")


c = average()
print("next ->", next(c))
print("send ->", c.send(10))
print("send ->", c.send(20))
print("throw ->", c.throw(Reset()))
print("send ->", c.send(5))
c.close()
try:
    c.send(1)
except StopIteration:
    print("send -> StopIteration")

# 协程没有捕获的异常，会回到调用方
d = average()
next(d)
try:
    d.throw(ValueError("不是数字"))
except ValueError as error:
    print("throw -> ValueError:", error)
