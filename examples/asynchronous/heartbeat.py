import asyncio
import time

beats = 0


async def beat() -> None:
    global beats
    while True:
        beats += 1
        await asyncio.sleep(0.01)


def fetch() -> str:
    time.sleep(0.3)  # 当作一个同步的库，在等网络
    return "网页"


async def main() -> None:
    heart = asyncio.create_task(beat())
    await asyncio.sleep(0)
    print("开始取网页，心跳次数:", beats)
    page = await asyncio.to_thread(fetch)
    print(f"取到{page}，心跳次数:", beats)
    heart.cancel()


asyncio.run(main())
