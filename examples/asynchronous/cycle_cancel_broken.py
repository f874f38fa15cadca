import asyncio

tasks: dict[str, asyncio.Task] = {}


async def wait_for(other: str) -> None:
    await tasks[other]


async def main() -> None:
    # 任务没走完就没了，也不报告
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    for name, other in [("cook", "serve"), ("serve", "cook")]:
        tasks[name] = asyncio.create_task(wait_for(other), name=name)
    await asyncio.sleep(0)
    try:
        tasks["cook"].cancel()
    except RecursionError:
        print("cancel: RecursionError")


try:
    asyncio.run(main())
except RecursionError:
    print("asyncio.run: RecursionError")
