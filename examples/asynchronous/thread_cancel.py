import asyncio
import threading


def work(
    loop: asyncio.AbstractEventLoop,
    started: asyncio.Event,
    go: threading.Event,
) -> None:
    # 别的线程碰事件循环里的东西，要经过这个函数
    loop.call_soon_threadsafe(started.set)
    go.wait()
    print("线程：没有停，做完了")


async def main() -> None:
    loop = asyncio.get_running_loop()
    started, go = asyncio.Event(), threading.Event()
    task = asyncio.create_task(
        asyncio.to_thread(work, loop, started, go)
    )
    await started.wait()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("main：取消了，不等结果了")
    go.set()


asyncio.run(main())
print("asyncio.run 返回")
