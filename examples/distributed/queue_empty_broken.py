import queue

task = queue.Queue()  # 空的，没人放任务

try:
    n = task.get(timeout=0.1)
    print(f"run task {n} * {n}...")
except Queue.Empty:  # noqa: F821
    print("task queue is empty.")
