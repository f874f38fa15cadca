import asyncio
from contextlib import suppress

queues: dict[str, asyncio.Queue[bytes]] = {}  # 每人一条队
empty = asyncio.Event()  # 人都走了


def say(name: str, line: bytes) -> None:
    for other, queue in queues.items():
        if other != name and not queue.full():  # 满了，他就漏一句
            queue.put_nowait(name.encode() + b": " + line)


async def deliver(
    queue: asyncio.Queue[bytes], writer: asyncio.StreamWriter
) -> None:
    with suppress(ConnectionError):
        while True:
            writer.write(await queue.get())
            await writer.drain()  # 他读得慢，只有这个任务等


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    name = (await reader.readline()).decode().strip()
    queues[name] = asyncio.Queue(maxsize=10)
    sending = asyncio.create_task(deliver(queues[name], writer))
    writer.write(b"welcome\n")
    try:
        while line := await reader.readline():
            say(name, line)
    except ConnectionError:
        pass  # 走的时候，不一定告别
    finally:
        del queues[name]
        sending.cancel()
        writer.close()
        if not queues:
            empty.set()


async def join(
    port: int, name: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(name.encode() + b"\n")
    await reader.readline()
    return reader, writer


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    _, hong = await join(port, "小红")
    ming, ming_out = await join(port, "小明")
    _, gang = await join(port, "小刚")  # 小刚从来不读
    hong.write("大家好\n".encode())
    print("小明听到", (await ming.readline()).decode().strip())
    for _ in range(500):
        hong.write(b"x" * 60_000 + b"\n")
        await ming.readline()
    print("小红又说了 500 句长的，小明都听到了")
    print("小刚的队里压着", queues["小刚"].qsize(), "句")
    for writer in hong, ming_out, gang:
        writer.close()
    server.close()
    await empty.wait()


asyncio.run(main())
