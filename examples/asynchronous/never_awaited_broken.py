import asyncio


async def save() -> None:
    print("save: 存好了")


async def main() -> None:
    save()
    print("main: 以为存好了")


asyncio.run(main())
