# /// script
# requires-python = ">=3.12"
# ///
import asyncio
import sys

if sys.version_info < (3, 12):
    sys.exit("这个程序需要 Python 3.12 或更新的版本")

stock = 1


async def other() -> None:
    global stock
    if stock > 0:
        stock -= 1
        print(f"other: 买到，剩 {stock} 张")
    else:
        print("other: 没买到")


async def main() -> None:
    global stock
    stock = 1
    if stock > 0:
        task = asyncio.create_task(other())  # 这一行没有 await
        stock -= 1
        print(f"main: 买到，剩 {stock} 张")
    await task


print("平常的任务")
asyncio.run(main())


def eager_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    return loop


print("主动型任务")
with asyncio.Runner(loop_factory=eager_loop) as runner:
    runner.run(main())
