import asyncio
import sys


async def read(queue: asyncio.Queue) -> None:
    await queue.get()


async def serve(queue: asyncio.Queue) -> None:
    await read(queue)


async def main() -> None:
    task = asyncio.create_task(serve(asyncio.Queue()), name="服务员")
    await asyncio.wait([task], timeout=0.1)
    task.print_stack(file=sys.stdout)
    task.cancel()


asyncio.run(main())
