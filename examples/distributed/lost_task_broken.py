import queue
import sys
from multiprocessing import Manager, Process


def work(task, result):
    n = task.get()
    print(f"run task {n} * {n}...")
    if n == 7:
        sys.exit(1)  # 抛出异常、被杀、断电，任务都一样没有了
    result.put(f"{n} * {n} = {n * n}")


if __name__ == "__main__":
    with Manager() as manager:
        task, result = manager.Queue(), manager.Queue()
        task.put(7)
        worker = Process(target=work, args=(task, result))
        worker.start()
        worker.join()
        print(f"exit code of the worker: {worker.exitcode}")
        print(f"tasks in the queue: {task.qsize()}")
        try:
            print(f"Result: {result.get(timeout=0.5)}")
        except queue.Empty:
            print("no result.")
