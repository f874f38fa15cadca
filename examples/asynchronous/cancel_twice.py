import asyncio


async def save() -> str:
    print("save: 开始存")
    await asyncio.sleep(0)
    return "存好了"


async def work() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        print("work: 收尾")
        saving = asyncio.create_task(save())
        try:
            await asyncio.shield(saving)
        finally:
            # 外面被取消，里面也要等它存完
            print("work:", await saving)
        print("work: 收尾完了")


async def main() -> None:
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    print("main: 再取消一次")
    task.cancel()
    await asyncio.wait([task])
    print("main: 取消了", task.cancelled())


asyncio.run(main())
