import asyncio


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while line := await reader.readline():
        print("服务器收到:", line)
        writer.write(line.upper())
        await writer.drain()
    print("服务器: 对方写完了")
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    for word in [b"hello\n", b"bye\n"]:
        writer.write(word)
        await writer.drain()
        print("客户端收到:", await reader.readline())
    writer.write_eof()
    print("客户端收到:", await reader.read())
    writer.close()
    await writer.wait_closed()
    server.close()


asyncio.run(main())
