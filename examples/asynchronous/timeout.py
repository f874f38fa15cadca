import asyncio


async def answer() -> None:
    try:
        await asyncio.Event().wait()  # 永远等不到
    finally:
        print("answer: 收尾")


async def main() -> None:
    try:
        async with asyncio.timeout(0.1):
            await answer()
    except TimeoutError:
        print("main: 超时")


asyncio.run(main())
