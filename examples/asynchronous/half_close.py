import asyncio


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    request = await reader.read()  # 读到对方写完为止
    writer.write(b"got " + request)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"hello")
    try:
        async with asyncio.timeout(0.3):
            await reader.read()
    except TimeoutError:
        print("客户端: 等不到回答")

    writer.write_eof()  # 我写完了，但还要读
    print("客户端收到:", await reader.read())
    writer.close()
    server.close()


asyncio.run(main())
