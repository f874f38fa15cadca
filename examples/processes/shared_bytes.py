from contextlib import closing
from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory


def fill(name: str) -> None:
    with closing(SharedMemory(name)) as memory:  # 按名字找到同一块
        memory.buf[:6] = b"after!"


if __name__ == "__main__":
    with closing(SharedMemory(create=True, size=100_000_000)) as memory:
        try:
            memory.buf[:6] = b"before"
            p = Process(target=fill, args=(memory.name,))
            p.start()
            p.join()
            print(bytes(memory.buf[:6]))
        finally:
            memory.unlink()  # 大家都不用了：还给系统
