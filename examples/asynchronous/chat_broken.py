import asyncio
from contextlib import suppress

writers: dict[str, asyncio.StreamWriter] = {}
empty = asyncio.Event()


async def say(name: str, line: bytes) -> None:
    for other, writer in list(writers.items()):
        if other != name:
            writer.write(line)
            await writer.drain()  # 有一个不读，就一直停在这里


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    name = (await reader.readline()).decode().strip()
    writers[name] = writer
    writer.write(b"welcome\n")
    try:
        while line := await reader.readline():
            await say(name, line)
    except ConnectionError:
        pass
    finally:
        del writers[name]
        writer.close()
        if not writers:
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
    heard = 0
    with suppress(TimeoutError):
        while heard < 500:
            hong.write(b"x" * 60_000 + b"\n")
            async with asyncio.timeout(0.5):
                await ming.readline()
            heard += 1
    print("小明听到全部 500 句:", heard == 500)
    for writer in hong, ming_out, gang:
        writer.close()
    server.close()
    await empty.wait()


asyncio.run(main())
