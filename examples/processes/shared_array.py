from multiprocessing import Array, Process


def square(numbers, start: int, stop: int) -> None:
    for i in range(start, stop):
        numbers[i] = numbers[i] ** 2


if __name__ == "__main__":
    numbers = Array("q", range(10))  # q：8 字节的整数
    halves = [
        Process(target=square, args=(numbers, start, start + 5))
        for start in (0, 5)
    ]
    for p in halves:
        p.start()
    for p in halves:
        p.join()
    print(numbers[:])
