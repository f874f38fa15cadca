import queue
import random
from multiprocessing.managers import BaseManager

ADDRESS = ("127.0.0.1", 27182)
AUTHKEY = b"abc"

# 真正的队列在管理器进程里；谁要用，都经过网络
task_queue: queue.Queue[int] = queue.Queue()
result_queue: queue.Queue[str] = queue.Queue()


# 登记的函数要能序列化，所以写 def，不写 lambda
def get_task_queue():
    return task_queue


def get_result_queue():
    return result_queue


class QueueManager(BaseManager):
    pass


QueueManager.register("get_task_queue", get_task_queue)
QueueManager.register("get_result_queue", get_result_queue)


if __name__ == "__main__":
    # 进 with 时启动管理器进程，出 with 时关掉它
    with QueueManager(ADDRESS, AUTHKEY) as manager:
        task = manager.get_task_queue()
        result = manager.get_result_queue()
        for _ in range(10):
            n = random.randint(0, 10000)
            print(f"Put task {n}...")
            task.put(n)
        print("Try get results...")
        for _ in range(10):
            print(f"Result: {result.get()}")
    print("master exit.")
