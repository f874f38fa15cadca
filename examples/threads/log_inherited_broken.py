import logging
import multiprocessing
import os
import sys
from logging.handlers import QueueHandler, QueueListener


def work(queue: multiprocessing.Queue) -> None:
    logging.getLogger().addHandler(QueueHandler(queue))
    logging.warning("soup ready")


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        sys.exit("这个系统没有 fork")
    logging.basicConfig(format="%(process)d: %(message)s")
    fork = multiprocessing.get_context("fork")
    queue = fork.Queue()
    p = fork.Process(target=work, args=(queue,))
    p.start()  # 子进程复制了父进程的处理器
    listener = QueueListener(queue, *logging.getLogger().handlers)
    listener.start()
    p.join()
    listener.stop()

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
