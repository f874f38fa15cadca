import asyncio


def work(loop: asyncio.AbstractEventLoop, done: asyncio.Event) -> None:
    loop.call_soon(done.set)  # 在别的线程里，不能这样调用


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.slow_callback_duration = 60  # 机器忙的时候，不报慢
    done = asyncio.Event()
    await asyncio.to_thread(work, loop, done)


# 调试模式才查得出来
asyncio.run(main(), debug=True)
