import asyncio
import time


async def my_sleep(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    # 到时候，由事件循环给出结果
    timer = loop.call_later(seconds, future.set_result, None)
    try:
        await future  # 没有结果，停在这里
    finally:
        timer.cancel()  # 半路被取消，定时器也不要了


async def other() -> None:
    print("other: my_sleep 没有拦住我")


async def main() -> None:
    waiting = asyncio.create_task(other())
    start = time.monotonic()
    await my_sleep(0.1)
    print(f"main: 睡了 {time.monotonic() - start:.2f} 秒")
    await waiting


asyncio.run(main())
