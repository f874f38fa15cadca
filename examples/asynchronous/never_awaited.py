import asyncio


async def save() -> None:
    print("save: 存好了")


async def main() -> None:
    await save()
    print("main: 真的存好了")


asyncio.run(main())
