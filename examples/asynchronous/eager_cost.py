# /// script
# requires-python = ">=3.12"
#
# [tool.witness]
# alone = true
# ///
import asyncio
import sys
import time

if sys.version_info < (3, 12):
    sys.exit("这个程序需要 Python 3.12 或更新的版本")


async def cached() -> int:
    return 42  # 不用等


async def waits() -> int:
    await asyncio.sleep(0)
    return 42


async def measure(work, count: int = 500) -> float:
    start = time.perf_counter()
    for _ in range(count):
        await asyncio.create_task(work())
    return (time.perf_counter() - start) / count


def fastest(work, eager: bool) -> float:
    with asyncio.Runner() as runner:
        if eager:
            loop = runner.get_loop()
            loop.set_task_factory(asyncio.eager_task_factory)
        return min(runner.run(measure(work)) for _ in range(20))


for name, work in [("不用等的", cached), ("要等的", waits)]:
    ratio = fastest(work, eager=False) / fastest(work, eager=True)
    print(f"{name}: 平常的任务是主动型的 {ratio:.1f} 倍时间")
