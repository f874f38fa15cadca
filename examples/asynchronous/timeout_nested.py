import asyncio


async def main() -> None:
    try:
        async with asyncio.timeout(0.1) as outer:
            try:
                async with asyncio.timeout(60) as inner:
                    await asyncio.Event().wait()
            except TimeoutError:
                print("main: 里面超时")
    except TimeoutError:
        print("main: 外面超时")
    print("到过时间的：外面", outer.expired(), "里面", inner.expired())


asyncio.run(main())
