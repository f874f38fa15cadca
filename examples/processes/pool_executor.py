from concurrent.futures import ProcessPoolExecutor


def divide(n: int) -> float:
    return 10 / n


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as executor:
        tasks = {n: executor.submit(divide, n) for n in (2, 0, 5)}
    # 离开 with 时，三个任务都已经结束。
    print(f"Tasks done: {all(task.done() for task in tasks.values())}")
    for n, task in tasks.items():
        print(f"10 / {n}: {task.exception() or task.result()}")
