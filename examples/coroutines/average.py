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


c = average()
next(c)

for number in range(3):
    print(f"录入数字 {number}")
    print(f"已录入数字的平均值为 {c.send(number)}")

print("其他操作")

number = 10
print(f"录入数字 {number}")
print(f"已录入数字的平均值为 {c.send(number)}")

c.close()
