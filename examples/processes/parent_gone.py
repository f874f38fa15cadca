import time
from multiprocessing import Pipe, Process, parent_process
from multiprocessing.connection import Connection, wait


def work(writer: Connection) -> None:
    print("Child works.")
    writer.send("ready")
    while parent_process().is_alive():
        time.sleep(0.1)  # 做一小步，再看父进程还在不在
    print("Child sees that its parent is gone.")


def parent(writer: Connection) -> None:
    Process(target=work, args=(writer,)).start()
    time.sleep(60)


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    p = Process(target=parent, args=(writer,))
    p.start()
    writer.close()
    reader.recv()
    p.kill()  # 父进程来不及告诉子进程
    p.join()
    wait([reader])  # 写端都关了，就是子进程也结束了
    print("Child has ended.")
