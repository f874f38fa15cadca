import asyncio
import threading

CLIENTS = 100
everyone = asyncio.Barrier(CLIENTS + 1)  # 服务器的每个连接，和 main


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    name = await reader.readline()
    await everyone.wait()  # 人没到齐，谁也不回答
    writer.write(b"hello, " + name)
    writer.close()


async def ask(port: int, number: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"client {number}\n".encode())
        return (await reader.read()).decode().strip()
    finally:
        writer.close()


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        # 两头的任务都归这一组管：一个出错，其余的取消
        server = await asyncio.start_server(
            lambda *streams: group.create_task(serve(*streams)),
            "127.0.0.1",
            0,
        )
        port = server.sockets[0].getsockname()[1]
        clients = [
            group.create_task(ask(port, number))
            for number in range(CLIENTS)
        ]
        await everyone.wait()
        print("同时打开的连接:", CLIENTS)
        print("线程:", threading.active_count())
    print("第一个回答:", clients[0].result())
    print("最后一个回答:", clients[-1].result())
    server.close()


asyncio.run(main())
