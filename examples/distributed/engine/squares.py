# /// script
# dependencies = ["distributed==2026.8.0"]
# ///
import random

from distributed import Client

ADDRESS = "tcp://127.0.0.1:8786"


def square(n):
    print(f"run task {n} * {n}...")  # 打印在 worker 的终端里
    return n * n


if __name__ == "__main__":
    with Client(ADDRESS) as client:
        numbers = random.sample(range(10001), 10)  # 十个不同的数
        futures = client.map(square, numbers)
        print("Try get results...")
        for n, future in zip(numbers, futures):
            print(f"Result: {n} * {n} = {future.result()}")
        client.shutdown()  # scheduler 和 worker 随之结束
