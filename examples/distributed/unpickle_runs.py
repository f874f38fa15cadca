import os
import queue
from multiprocessing.managers import BaseManager

CODE = """
import os
print(f"process {os.getpid()} runs code of the other side")
"""


class Task:
    # 还原（unpickle）这个对象，就是调用 exec(CODE)
    def __reduce__(self):
        return exec, (CODE,)


def get_task_queue():
    task = queue.Queue()
    task.put(Task())  # 在管理器进程里：没有经过 pickle
    return task


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", get_task_queue)


if __name__ == "__main__":
    with QueueManager(("127.0.0.1", 0), b"abc") as manager:
        task = manager.get_task_queue()
        print(f"client {os.getpid()} puts a task")
        task.put(Task())
        print(f"client {os.getpid()} gets a task")
        task.get()
