import asyncio


async def download(go: asyncio.Event) -> str:
    await go.wait()
    return "一个网页"


async def main() -> None:
    go = asyncio.Event()
    task = asyncio.create_task(download(go))
    done, _ = await asyncio.wait([task], timeout=0.1)
    if not done:
        print("main: 超时，过一会儿再看")
    go.set()
    print("main:", await task)


asyncio.run(main())
