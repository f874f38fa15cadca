import asyncio


async def save() -> None:
    raise OSError("磁盘满了")


async def main() -> None:
    task = asyncio.create_task(save())
    await asyncio.sleep(0)  # 任务走完了，出了错
    print("main: 接着走，什么也不知道", task.done())


asyncio.run(main())
print("程序正常结束")
