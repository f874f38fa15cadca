# /// script
# dependencies = ["websockets==17.4"]
# ///
import asyncio

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve


async def handle(socket: ServerConnection) -> None:
    async for message in socket:  # 到对方关上为止
        await socket.send(str(message).upper())


async def main() -> None:
    async with serve(handle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"ws://127.0.0.1:{port}"
        async with connect(address, proxy=None) as socket:
            for message in "soup", "two\nlines":
                await socket.send(message)
                print(repr(await socket.recv()))
    print("两边都关上了")


asyncio.run(main())
