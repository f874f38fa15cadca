import asyncio

from virtual_clock import run


async def move(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(1)
        async with second:
            pass


async def main() -> None:
    a, b = asyncio.Lock(), asyncio.Lock()
    async with asyncio.timeout(3600):
        await asyncio.gather(move(a, b), move(b, a))


async def forever() -> None:
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(move(a, b), move(b, a))


for test in [main, forever]:
    try:
        run(test())
    except (TimeoutError, RuntimeError) as error:
        print(test.__name__, repr(error))
