import asyncio
import os
import platform
import queue
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe, Process

WAIT = 0.01  # 服务器收到一个请求，过这么多秒回答
CONNECTIONS = 100  # 最多开这么多个连接，用完放回去，给下一件用


# 服务器在另一个进程里：它用的 CPU 时间，不算在量的人头上
def serve(parent):
    async def answer(reader, writer):
        while await reader.read(1):
            await asyncio.sleep(WAIT)
            writer.write(b".")
        writer.close()

    async def main():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        parent.send(server.sockets[0].getsockname())
        await server.serve_forever()

    asyncio.run(main())


def one_by_one(address, count):
    with socket.create_connection(address) as sock:
        for _ in range(count):
            sock.sendall(b"?")
            sock.recv(1)


def by_threads(address, count):
    def ask(_):
        sock = idle.get()
        sock.sendall(b"?")
        sock.recv(1)
        idle.put(sock)

    idle = queue.SimpleQueue()
    threads = min(count, CONNECTIONS)
    for _ in range(threads):
        idle.put(socket.create_connection(address))
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(ask, range(count)))
    for _ in range(threads):
        idle.get().close()


def by_tasks(address, count):
    async def ask(idle):
        reader, writer = await idle.get()
        writer.write(b"?")
        await reader.read(1)
        idle.put_nowait((reader, writer))

    async def main():
        idle = asyncio.Queue()
        for _ in range(min(count, CONNECTIONS)):
            idle.put_nowait(await asyncio.open_connection(*address))
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(ask(idle))
        while not idle.empty():
            _, writer = await idle.get()
            writer.close()
            await writer.wait_closed()

    asyncio.run(main())


def seconds(way, address, count):
    rounds = 3 if count < CONNECTIONS else 1  # 时间短的多量几次
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        way(address, count)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    here, there = Pipe()
    server = Process(target=serve, args=(there,))
    server.start()
    address = here.recv()
    machine = f"{platform.system()}，{os.cpu_count()} 个核心"
    print(f"Python {platform.python_version()}，{machine}")
    print("   件  一个一个  线程池   异步  （秒）")
    for count in (1, 10, 100, 1_000, 10_000):
        one = "没有量"
        if count <= 100:
            one = f"{seconds(one_by_one, address, count):.3f} "
        threads = seconds(by_threads, address, count)
        tasks = seconds(by_tasks, address, count)
        print(f"{count:5}  {one}    {threads:.3f}  {tasks:.3f}")
        if count == 100:
            serial = float(one) / threads
        ratio = threads / tasks
    print(f"100 件，一个一个是线程池的 {serial:.1f} 倍")
    print(f"10000 件，线程池是异步的 {ratio:.1f} 倍")
    server.terminate()
    server.join()

# /// script
# [tool.witness]
# alone = true
# timeout = 60
# ///
