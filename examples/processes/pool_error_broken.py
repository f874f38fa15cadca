from multiprocessing import Pool


def divide(n: int) -> None:
    print(f"10 / {n} = {10 / n}")


if __name__ == "__main__":
    with Pool(2) as p:
        for n in 2, 0, 5:
            p.apply_async(divide, (n,))  # 结果没有人要
        p.close()
        p.join()
    print("All subprocesses done.")
