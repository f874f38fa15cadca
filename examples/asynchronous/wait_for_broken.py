import asyncio


async def download(go: asyncio.Event) -> str:
    await go.wait()
    return "一个网页"


async def main() -> None:
    go = asyncio.Event()
    task = asyncio.create_task(download(go))
    try:
        print(await asyncio.wait_for(task, 0.1))
    except TimeoutError:
        print("main: 超时，过一会儿再看")
    go.set()
    print("main: 任务被取消了", task.cancelled())


asyncio.run(main())
