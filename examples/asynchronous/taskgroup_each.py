import asyncio


async def price(text: str) -> float | None:
    await asyncio.sleep(0)
    try:
        return float(text)
    except ValueError:
        print("出错:", text)
        return None  # 在任务里面捕获，组就不知道


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(price(text))
            for text in ("1.5", "一块五", "2")
        ]
    print("价格:", [task.result() for task in tasks])


asyncio.run(main())
