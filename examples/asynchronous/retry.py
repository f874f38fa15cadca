import asyncio
import random

refused = 0


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    global refused
    if refused < 3:  # 前三次，一句话不说就断开
        refused += 1
    else:
        writer.write(b"ok")
    writer.close()


async def fetch(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        return await reader.readexactly(2)
    finally:
        writer.close()


async def fetch_patiently(host: str, port: int) -> bytes:
    longest = 0.05
    for attempt in range(1, 5):
        try:
            return await fetch(host, port)
        except (OSError, asyncio.IncompleteReadError) as error:
            pause = random.uniform(longest / 2, longest)
            print(f"第 {attempt} 次: {type(error).__name__}")
            print(f"等 {pause:.3f} 秒")
            longest *= 2
            await asyncio.sleep(pause)
    return await fetch(host, port)


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print("取到", await fetch_patiently(host, port))
    server.close()


asyncio.run(main())
