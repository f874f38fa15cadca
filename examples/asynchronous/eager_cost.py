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


async def measure(work, count: int = 50) -> float:
    start = time.perf_counter()
    for _ in range(count):
        await asyncio.create_task(work())
    return (time.perf_counter() - start) / count


with asyncio.Runner() as plain, asyncio.Runner() as eager:
    eager.get_loop().set_task_factory(asyncio.eager_task_factory)
    for name, work in [("不用等的", cached), ("要等的", waits)]:
        # 两种轮流量，各取最小的一次
        rounds = [
            (plain.run(measure(work)), eager.run(measure(work)))
            for _ in range(100)
        ]
        usual, at_once = (min(times) for times in zip(*rounds))
        ratio = usual / at_once
        print(f"{name}: 平常的任务是主动型的 {ratio:.1f} 倍时间")
