import asyncio

CHUNK = b"x" * 65536
read = asyncio.Event()


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await read.wait()  # 对方迟迟不读
    writer.close()


async def send(writer: asyncio.StreamWriter) -> None:
    for _ in range(1000):
        writer.write(CHUNK)
        await writer.drain()  # 压得太多，就在这里等


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    _, writer = await asyncio.open_connection(host, port)
    sender = asyncio.create_task(send(writer))
    await asyncio.wait([sender], timeout=0.5)
    print("1000 块都写了:", sender.done())
    waiting = writer.transport.get_write_buffer_size()
    print("压在内存里的不超过 2 块:", waiting <= 2 * 65536)
    sender.cancel()
    writer.transport.abort()
    read.set()
    server.close()


asyncio.run(main())
