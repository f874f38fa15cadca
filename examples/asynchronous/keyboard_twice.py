import asyncio


async def main() -> None:
    try:
        print("main: 等着")
        await asyncio.Event().wait()
    finally:
        try:
            print("main: 收尾，要等很久")
            await asyncio.sleep(3600)
        finally:
            print("main: 收尾也被打断")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("asyncio.run 抛出 KeyboardInterrupt")
