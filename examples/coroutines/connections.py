import asyncio
import threading

CLIENTS = 100
connected = 0
everyone = asyncio.Event()


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    global connected
    name = await reader.readline()
    connected += 1
    if connected == CLIENTS:
        everyone.set()
    await everyone.wait()  # 人没到齐，谁也不回答
    writer.write(b"hello, " + name)
    writer.close()


async def ask(port: int, number: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"client {number}\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode().strip()


async def main() -> None:
    server = await asyncio.start_server(
        serve, "127.0.0.1", 0, backlog=CLIENTS
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        clients = asyncio.gather(
            *(ask(port, number) for number in range(CLIENTS))
        )
        await everyone.wait()
        print("同时打开的连接:", connected)
        print("线程:", threading.active_count())
        answers = await clients
    print("第一个回答:", answers[0])
    print("最后一个回答:", answers[-1])


asyncio.run(main())
