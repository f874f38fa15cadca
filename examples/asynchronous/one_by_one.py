import asyncio


async def visit(name: str, seconds: float) -> None:
    print(f"{name}: 出发")
    await asyncio.sleep(seconds)
    print(f"{name}: 回来")


async def main() -> None:
    a = asyncio.create_task(visit("A", 0.1))
    b = asyncio.create_task(visit("B", 0.2))
    await a
    await b


asyncio.run(main())
