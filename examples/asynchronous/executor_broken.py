import asyncio


def fetch(number: int, *, timeout: float) -> int:
    return number


async def main() -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, fetch, 1, timeout=60)


asyncio.run(main())
