# /// script
# requires-python = ">=3.12"
# ///
import asyncio
import sys

if sys.version_info < (3, 12):
    sys.exit("这个程序需要 Python 3.12 或更新的版本")


async def work(name: str) -> None:
    print(name, "第一步")
    await asyncio.sleep(0)
    print(name, "第二步")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for name in "AB":
            print("main 新建", name)
            group.create_task(work(name))
        print("main 都建好了")


print("平常的任务")
asyncio.run(main())
print("主动型任务")
with asyncio.Runner() as runner:
    runner.get_loop().set_task_factory(asyncio.eager_task_factory)
    runner.run(main())
