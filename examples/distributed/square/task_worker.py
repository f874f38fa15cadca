import time
from multiprocessing.managers import BaseManager

ADDRESS = ("127.0.0.1", 27182)
AUTHKEY = b"abc"


class QueueManager(BaseManager):
    pass


# 队列在管理器进程里，这里只登记名字
QueueManager.register("get_task_queue")
QueueManager.register("get_result_queue")


if __name__ == "__main__":
    print(f"Connect to server {ADDRESS[0]}...")
    manager = QueueManager(ADDRESS, AUTHKEY)
    manager.connect()
    task = manager.get_task_queue()
    result = manager.get_result_queue()
    try:
        while True:
            n = task.get()  # 没有任务就等
            print(f"run task {n} * {n}...")
            time.sleep(0.1)
            result.put(f"{n} * {n} = {n * n}")
    except (EOFError, ConnectionError):
        pass  # 连接断了：管理器进程已经关闭
    print("worker exit.")
