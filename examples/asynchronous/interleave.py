import asyncio


async def A() -> None:
    print("1")
    print("2")
    await asyncio.sleep(0)  # 让出一次
    print("3")


async def B() -> None:
    print("x")
    print("y")
    await asyncio.sleep(0)
    print("z")


async def main() -> None:
    await asyncio.gather(A(), B())


asyncio.run(main())
