from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory


def fill(name: str) -> None:
    memory = SharedMemory(name)  # 按名字找到同一块
    memory.buf[:6] = b"after!"
    memory.close()


if __name__ == "__main__":
    memory = SharedMemory(create=True, size=100_000_000)
    try:
        memory.buf[:6] = b"before"
        p = Process(target=fill, args=(memory.name,))
        p.start()
        p.join()
        print(bytes(memory.buf[:6]))
    finally:
        memory.close()  # 自己不用了
        memory.unlink()  # 大家都不用了：还给系统
