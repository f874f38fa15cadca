import asyncio


async def fetch() -> None:
    task = asyncio.current_task()
    assert task
    print("fetch 在任务里:", task.get_name())
    await asyncio.Event().wait()


async def main() -> None:
    tasks = [
        asyncio.create_task(fetch()),
        asyncio.create_task(fetch(), name="取第 7 页"),
    ]
    await asyncio.sleep(0)
    # all_tasks 是集合，要自己排
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        print(task.get_name(), task.get_coro().__name__)
    for task in tasks:
        task.cancel()


asyncio.run(main())
