import asyncio
import gc


async def work(name: str) -> None:
    print(f"{name}: 开始")
    await asyncio.Event().wait()  # 这个事件，别处也没有人引用
    print(f"{name}: 走完")


def report(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    print("事件循环:", context["message"])


async def main() -> None:
    asyncio.get_running_loop().set_exception_handler(report)
    asyncio.create_task(work("没有留住"))
    kept = asyncio.create_task(work("留住了"))
    await asyncio.sleep(0)  # 两个任务都停在 await 上
    gc.collect()  # 平时什么时候回收，由不得程序
    print("留住的还在等:", not kept.done())
    kept.cancel()


asyncio.run(main())
