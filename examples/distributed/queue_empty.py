import queue

task = queue.Queue()  # 空的，没人放任务

try:
    n = task.get(timeout=0.1)
    print(f"run task {n} * {n}...")
except queue.Empty:
    print("task queue is empty.")
