import asyncio

CHUNK = b"x" * 65536
read = asyncio.Event()


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await read.wait()  # 对方迟迟不读
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    _, writer = await asyncio.open_connection(host, port)
    for _ in range(1000):
        writer.write(CHUNK)
        await asyncio.sleep(0)
    waiting = writer.transport.get_write_buffer_size()
    print("1000 块里，超过一半压在内存里:", waiting > 500 * 65536)
    writer.transport.abort()
    read.set()
    server.close()


asyncio.run(main())
