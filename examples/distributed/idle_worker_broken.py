import queue
import threading
from multiprocessing import Process
from multiprocessing.managers import BaseManager


class TaskQueue(queue.Queue):
    def _qsize(self) -> int:  # get 先看有没有
        events["asked"].set()
        return super()._qsize()

    def _get(self) -> int:  # 有了，才取走
        events["taken"].set()
        return super()._get()


# 在管理器进程里
task_queue = TaskQueue()
events = {"asked": threading.Event(), "taken": threading.Event()}


def get_task_queue():
    return task_queue


def get_event(name):
    return events[name]


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", get_task_queue)
QueueManager.register("get_event", get_event)


def work(task):
    task.get()  # 还没有任务，等着


if __name__ == "__main__":
    with QueueManager() as manager:
        task = manager.get_task_queue()
        worker = Process(target=work, args=(task,))
        worker.start()
        manager.get_event("asked").wait()
        worker.kill()  # 它闲着，手上没有任务
        worker.join()
        task.put(7)
        manager.get_event("taken").wait()
        print("Somebody took task 7.")
        try:
            print(f"Got task {task.get(timeout=0.5)}.")
        except queue.Empty:
            print("Nobody has it.")
