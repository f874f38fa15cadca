import asyncio
import socket


async def is_open(limit: asyncio.Semaphore, port: int) -> bool:
    try:
        async with limit, asyncio.timeout(10):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def main() -> None:
    sockets = [socket.socket() for _ in range(5)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))  # 系统给一个没有人用的端口
    for s in sockets[1:3]:
        s.listen()  # 只有这两个有人听
    ports = [s.getsockname()[1] for s in sockets]

    limit = asyncio.Semaphore(100)
    found = await asyncio.gather(
        *(is_open(limit, port) for port in ports)
    )
    for number, is_there in enumerate(found):
        print(number, "open" if is_there else "closed")
    for s in sockets:
        s.close()


asyncio.run(main())
