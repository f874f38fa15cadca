import asyncio
import socket

CHUNK = b"x" * 65536


async def main() -> None:
    # 连得上，可是对方一个字节也不读
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        _, writer = await asyncio.open_connection(host, port)
        for _ in range(1000):
            writer.write(CHUNK)
            await asyncio.sleep(0)
        waiting = writer.transport.get_write_buffer_size()
        print("1000 块里，超过一半压在内存里:", waiting > 500 * 65536)
        writer.transport.abort()


asyncio.run(main())
