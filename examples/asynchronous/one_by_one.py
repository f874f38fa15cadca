import asyncio


async def visit(name: str) -> None:
    print(f"{name}: 出发")
    await asyncio.sleep(0.1)
    print(f"{name}: 回来")


async def main() -> None:
    a = asyncio.create_task(visit("A"))
    b = asyncio.create_task(visit("B"))
    await a
    await b


asyncio.run(main())
