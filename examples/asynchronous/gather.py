import asyncio


async def slow(ready: asyncio.Event) -> str:
    print("slow: 开始")
    await ready.wait()  # 等 fast
    print("slow: 完成")
    return "slow 的结果"


async def fast(ready: asyncio.Event) -> str:
    print("fast: 开始")
    ready.set()
    print("fast: 完成")
    return "fast 的结果"


async def main() -> None:
    ready = asyncio.Event()
    results = await asyncio.gather(slow(ready), fast(ready))
    print(results)


asyncio.run(main())
