import asyncio
import time


async def my_sleep(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def wake() -> None:
        if not future.done():  # 可能刚刚被取消
            future.set_result(None)

    timer = loop.call_later(seconds, wake)  # 到时候，由事件循环做
    try:
        await future  # 没有结果，停在这里
    finally:
        timer.cancel()  # 半路被取消，定时器也不要了


async def other() -> None:
    print("other: my_sleep 没有拦住我")


async def main() -> None:
    start = time.monotonic()
    await asyncio.gather(my_sleep(0.1), other())
    print(f"main: 睡了 {time.monotonic() - start:.2f} 秒")


asyncio.run(main())
