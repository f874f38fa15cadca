import asyncio
from functools import lru_cache


@lru_cache
async def price(dish: str) -> int:
    await asyncio.sleep(0)
    return len(dish)


async def main() -> None:
    print("第一次:", await price("soup"))
    print("第二次:", await price("soup"))


try:
    asyncio.run(main())
except RuntimeError as error:
    print("RuntimeError:", error)
