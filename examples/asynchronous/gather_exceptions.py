import asyncio


async def price(text: str) -> float:
    await asyncio.sleep(0)
    return float(text)


async def main() -> None:
    results = await asyncio.gather(
        price("1.5"),
        price("一块五"),
        price("2"),
        return_exceptions=True,
    )
    for result in results:
        if isinstance(result, BaseException):
            print("出错:", type(result).__name__)
        else:
            print("价格:", result)


asyncio.run(main())
