import asyncio


async def fetch(name: str) -> str:
    print(name, "开始")
    await asyncio.sleep(0)
    print(name, "取到")
    return name.upper()


async def main() -> None:
    print("推导式")
    print([await fetch(name) for name in "ab"])
    print("gather")
    print(await asyncio.gather(*[fetch(name) for name in "ab"]))


asyncio.run(main())
