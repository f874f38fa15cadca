import asyncio
import multiprocessing
import os
import socket
import sys

WORKERS, CLIENTS = 2, 40


def listener(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(("127.0.0.1", port))
    return sock


async def serve(port: int, ready, stop) -> None:
    async def answer(reader, writer) -> None:
        writer.write(str(os.getpid()).encode())
        writer.close()

    async with await asyncio.start_server(answer, sock=listener(port)):
        ready.release()
        await asyncio.to_thread(stop.wait)


def worker(port: int, ready, stop) -> None:
    asyncio.run(serve(port, ready, stop))


async def ask(port: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    pid = await reader.read()
    writer.close()
    return pid.decode()


async def ask_all(port: int) -> list[str]:
    return await asyncio.gather(*(ask(port) for _ in range(CLIENTS)))


def main() -> None:
    if not hasattr(socket, "SO_REUSEPORT"):
        sys.exit("这个系统没有 SO_REUSEPORT")
    reserved = listener(0)  # 占住一个端口，不监听
    port = reserved.getsockname()[1]
    ready, stop = multiprocessing.Semaphore(0), multiprocessing.Event()
    workers = [
        multiprocessing.Process(target=worker, args=(port, ready, stop))
        for _ in range(WORKERS)
    ]
    for process in workers:
        process.start()
    for _ in workers:
        ready.acquire()
    pids = asyncio.run(ask_all(port))
    print("回答一共:", len(pids))
    for number, process in enumerate(workers, 1):
        print(f"进程 {number} 回答:", pids.count(str(process.pid)))
    stop.set()
    for process in workers:
        process.join()
    reserved.close()


if __name__ == "__main__":
    main()
