import asyncio
import time


async def fetch() -> None:
    time.sleep(0.2)


async def main() -> None:
    loop = asyncio.get_running_loop()
    await loop.create_task(fetch(), name="fetch")
    print("main: 走完了")


asyncio.run(main(), debug=True)
