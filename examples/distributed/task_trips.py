import os
from multiprocessing import Manager


class Task:
    # 序列化时调用
    def __getstate__(self):
        print(f"pickled in process {os.getpid()}")
        return {"n": 7}

    # 还原时调用
    def __setstate__(self, state):
        print(f"restored in process {os.getpid()}")
        self.__dict__.update(state)


if __name__ == "__main__":
    with Manager() as manager:
        task = manager.Queue()
        print(f"process {os.getpid()} puts a task")
        task.put(Task())
        print(f"process {os.getpid()} gets the task")
        task.get()
