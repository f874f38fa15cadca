import queue
import threading
import time
from multiprocessing import Process
from multiprocessing.managers import BaseManager


class TaskQueue(queue.Queue):
    def _qsize(self) -> int:  # get 每看一次有没有，就调用它
        asked.set()
        return super()._qsize()


# 管理器进程里的两个对象
task_queue = TaskQueue()
asked = threading.Event()


def get_task_queue():
    return task_queue


def get_asked():
    return asked


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", get_task_queue)
QueueManager.register("get_asked", get_asked)


def work(task):
    task.get()  # 还没有任务，等着


if __name__ == "__main__":
    with QueueManager() as manager:
        task = manager.get_task_queue()
        worker = Process(target=work, args=(task,))
        worker.start()
        manager.get_asked().wait()
        worker.kill()  # 它闲着，手上没有任务
        worker.join()
        task.put(7)
        while task.qsize() > 0:
            time.sleep(0.01)
        print("Somebody took task 7.")
        try:
            print(f"Got task {task.get(timeout=0.5)}.")
        except queue.Empty:
            print("Nobody has it.")
