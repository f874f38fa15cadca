import os
import secrets
from multiprocessing import Process
from multiprocessing.managers import BaseManager


def authkey():
    return os.environ["TASK_KEY"].encode()  # 字符串变成字节串


def work(address):
    manager = BaseManager(address, authkey())
    manager.connect()
    print("worker connected.")


if __name__ == "__main__":
    # 平时在终端里设置，程序里没有这一行
    os.environ["TASK_KEY"] = secrets.token_hex(32)
    with BaseManager(("127.0.0.1", 0), authkey()) as manager:
        worker = Process(target=work, args=(manager.address,))
        worker.start()
        worker.join()
    try:
        BaseManager(("127.0.0.1", 0), os.environ["TASK_KEY"])
    except TypeError as e:
        print(f"TypeError: {e}")
