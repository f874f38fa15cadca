# /// script
# requires-python = ">=3.12"
# ///
import asyncio
import sys

if sys.version_info < (3, 12):
    sys.exit("这个程序需要 Python 3.12 或更新的版本")

cache = {"/1": "网页一"}


async def fetch(page: str) -> str:
    if page in cache:
        return cache[page]
    await asyncio.sleep(0)  # 当作去网上取
    return "网页"


async def main() -> None:
    for page in ["/1", "/2"]:
        task = asyncio.create_task(fetch(page))
        print(page, "建好就完成了:", task.done())
        await task


print("平常的任务")
asyncio.run(main())
print("主动型任务")
with asyncio.Runner() as runner:
    runner.get_loop().set_task_factory(asyncio.eager_task_factory)
    runner.run(main())
