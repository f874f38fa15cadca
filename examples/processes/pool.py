import os
import random
import time
from multiprocessing import Pool


def long_time_task(name: int) -> None:
    print(f"Run task {name} ({os.getpid()})...")
    start = time.perf_counter()
    time.sleep(random.random() * 0.05)
    seconds = time.perf_counter() - start
    print(f"Task {name} runs {seconds:.2f} seconds.")


if __name__ == "__main__":
    print(f"Parent process {os.getpid()}.")
    with Pool() as p:
        tasks = [p.apply_async(long_time_task, (i,)) for i in range(5)]
        print("Waiting for all subprocesses done...")
        p.close()
        p.join()
    for task in tasks:
        task.get()  # 任务里的异常，在这里才看得到
    print("All subprocesses done.")
