import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection


def work(seconds: float, writer: Connection) -> None:
    time.sleep(seconds)  # 换成你的函数
    writer.send("done")


def limited(seconds: float, limit: float) -> str:
    reader, writer = Pipe(duplex=False)
    p = Process(target=work, args=(seconds, writer))
    p.start()
    writer.close()  # 写的一端只留子进程的
    try:
        return reader.recv() if reader.poll(limit) else "timeout"
    finally:
        p.kill()
        p.join()
        reader.close()


if __name__ == "__main__":
    print(limited(0, limit=60))
    print(limited(60, limit=0.5))
