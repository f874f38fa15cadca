import asyncio

from two_clients import visit


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    line = await reader.readline()
    print("服务器收到:", line)
    writer.write(line.upper())
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    async with server:
        await asyncio.to_thread(visit, address)
        print("服务器: 接着等别的客户端")
        await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("服务器: 停了")
