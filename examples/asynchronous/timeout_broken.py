import asyncio


async def answer() -> str:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("answer: 收到取消，装作没看见")
    return "迟到的回答"


async def main() -> None:
    try:
        async with asyncio.timeout(0.1) as limit:
            print("main:", await answer())
        print("main: 没有 TimeoutError，时间到过:", limit.expired())
    except TimeoutError:
        print("main: 超时")


asyncio.run(main())
