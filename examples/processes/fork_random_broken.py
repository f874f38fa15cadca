import multiprocessing
import os
import random
import sys

mine = random.Random()  # 自己造的随机数生成器


def draw(q: multiprocessing.Queue) -> None:
    q.put((mine.random(), random.random()))


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        sys.exit("这个系统没有 os.fork")
    fork = multiprocessing.get_context("fork")
    q = fork.Queue()
    children = [fork.Process(target=draw, args=(q,)) for _ in range(2)]
    for p in children:
        p.start()
    first, second = q.get(), q.get()
    for p in children:
        p.join()
    print(f"mine.random() the same: {first[0] == second[0]}")
    print(f"random.random() the same: {first[1] == second[1]}")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
