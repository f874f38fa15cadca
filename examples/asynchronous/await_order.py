import asyncio


async def step(name: str) -> None:
    print(f"{name}: 走完")


async def main() -> None:
    other = asyncio.create_task(step("other"))  # 只是排进队里
    print("main: await 一个协程")
    await step("协程")
    print("main: await 一个任务")
    await asyncio.create_task(step("任务"))
    print("main: other 走完了吗", other.done())


asyncio.run(main())
