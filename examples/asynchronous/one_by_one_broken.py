import asyncio


async def visit(name: str) -> None:
    print(f"{name}: 出发")
    await asyncio.sleep(0.1)
    print(f"{name}: 回来")


async def main() -> None:
    await asyncio.create_task(visit("A"))
    await asyncio.create_task(visit("B"))  # 这时才新建


asyncio.run(main())
