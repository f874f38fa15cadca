import asyncio
import socket

CHUNK = b"x" * 65536


async def main() -> None:
    # 连得上，可是对方一个字节也不读
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        _, writer = await asyncio.open_connection(host, port)
        try:
            async with asyncio.timeout(0.5):
                for _ in range(1000):
                    writer.write(CHUNK)
                    await writer.drain()  # 压得太多，就在这里等
        except TimeoutError:
            print("0.5 秒过去，1000 块没有写完")
        waiting = writer.transport.get_write_buffer_size()
        print("压在内存里的不超过 2 块:", waiting <= 2 * 65536)
        writer.transport.abort()


asyncio.run(main())
