import os
import queue
from multiprocessing.managers import BaseManager

task_queue = queue.Queue()


def get_task_queue():
    return task_queue


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", get_task_queue)

CODE = """
import os
print(f"process {os.getpid()} runs code from the task")
"""


class Task:
    # 还原（unpickle）这个对象，就是调用 exec(CODE)
    def __reduce__(self):
        return exec, (CODE,)


if __name__ == "__main__":
    with QueueManager(("127.0.0.1", 0), b"abc") as manager:
        print(f"client {os.getpid()} puts a task")
        manager.get_task_queue().put(Task())
        print("nobody has called get")
