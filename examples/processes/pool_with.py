import time
from multiprocessing import Pool

if __name__ == "__main__":
    with Pool(2) as p:
        tasks = [p.apply_async(time.sleep, (0.1,)) for _ in range(3)]
        p.close()
        p.join()
    done = sum(task.ready() for task in tasks)
    print(f"Tasks done: {done} of {len(tasks)}")
