from multiprocessing import Pool


def divide(n: int) -> float:
    return 10 / n


if __name__ == "__main__":
    with Pool(2) as p:
        tasks = {n: p.apply_async(divide, (n,)) for n in (2, 0, 5)}
        p.close()
        p.join()
    for n, task in tasks.items():
        try:
            print(f"10 / {n} = {task.get()}")
        except ZeroDivisionError as error:
            print(f"10 / {n}: {error}")
    print("All subprocesses done.")
