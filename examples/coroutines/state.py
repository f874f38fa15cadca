import inspect
from collections.abc import Generator


def average() -> Generator[float | None, float, None]:
    total = 0.0
    count = 0
    mean = None
    while True:
        number = yield mean
        total += number
        count += 1
        mean = total / count


def show(title: str, c: Generator) -> None:
    state = inspect.getgeneratorstate(c)
    saved = dict(inspect.getgeneratorlocals(c))
    print(f"{title}: {state} {saved}")


c = average()
show("创建", c)
next(c)
show("预激", c)
c.send(10)
c.send(20)
show("两个数", c)

# inspect 读的就是挂起的那一帧
print("同一份变量:", dict(c.gi_frame.f_locals))
first = average.__code__.co_firstlineno
print(f"停在函数的第 {c.gi_frame.f_lineno - first + 1} 行")

# 另一个协程有自己的一份
d = average()
next(d)
d.send(1)
show("另一个", d)

c.close()
show("关闭", c)
