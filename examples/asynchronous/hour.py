import asyncio
import time

from virtual_clock import run


async def nap(name: str, seconds: float) -> None:
    await asyncio.sleep(seconds)
    now = asyncio.get_running_loop().time()
    print(f"{now:6.0f} 秒 {name}")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(nap("睡一小时", 3600))
        group.create_task(nap("睡一分钟", 60))
        group.create_task(nap("睡一秒", 1))
    try:
        async with asyncio.timeout(600):
            await nap("睡一天", 86400)
    except TimeoutError:
        now = asyncio.get_running_loop().time()
        print(f"{now:6.0f} 秒 超时")


start = time.perf_counter()
run(main())
print("真的过了不到一分钟:", time.perf_counter() - start < 60)
