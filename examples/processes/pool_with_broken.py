import time
from multiprocessing import Pool

if __name__ == "__main__":
    with Pool(2) as p:
        tasks = [p.apply_async(time.sleep, (60,)) for _ in range(3)]
    # 离开 with 时调用的是 terminate()：任务没做完就被终止。
    done = sum(task.ready() for task in tasks)
    print(f"Tasks done: {done} of {len(tasks)}")
