import time
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory

SIZE = 20_000_000


def measure(conn: Connection) -> None:
    while (message := conn.recv()) is not None:
        if isinstance(message, str):  # 共享内存的名字
            memory = SharedMemory(message)
            conn.send(memory.buf[SIZE - 1])
            memory.close()
        else:
            conn.send(message[SIZE - 1])


def seconds(conn: Connection, message: object) -> float:
    start = time.perf_counter()
    conn.send(message)
    conn.recv()
    return time.perf_counter() - start


if __name__ == "__main__":
    memory = SharedMemory(create=True, size=SIZE)
    ours, theirs = Pipe()
    p = Process(target=measure, args=(theirs,))
    p.start()
    data = bytes(SIZE)
    copied = min(seconds(ours, data) for _ in range(5))
    shared = min(seconds(ours, memory.name) for _ in range(5))
    ours.send(None)
    p.join()
    memory.close()
    memory.unlink()
    print(f"through a pipe: {copied / shared:.0f} times as long")

# /// script
# [tool.witness]
# alone = true
# ///
