import asyncio


async def fail(name: str, go: asyncio.Event) -> None:
    await go.wait()
    print(f"{name}: 出错")
    raise ValueError(name)


async def main() -> None:
    first, second = asyncio.Event(), asyncio.Event()
    first.set()
    try:
        await asyncio.gather(fail("A", first), fail("B", second))
    except ValueError as error:
        print("main: gather 抛出", error)
    second.set()
    await asyncio.sleep(0)  # B 在这时出错
    print("main: 没有人知道 B 出了错")


asyncio.run(main())
