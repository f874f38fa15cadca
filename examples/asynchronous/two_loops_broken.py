import asyncio

lock = asyncio.Lock()


async def hold() -> None:
    async with lock:
        await asyncio.sleep(0)


async def two() -> None:
    await asyncio.gather(hold(), hold())


async def wait_for(future: asyncio.Future) -> None:
    await asyncio.create_task(wait(future), name="wait")


async def wait(future: asyncio.Future) -> None:
    await future


asyncio.run(two())  # 锁在这里认定了事件循环
print("第一个事件循环: 没有问题")
try:
    asyncio.run(two())
except RuntimeError as error:
    print("第二个:", error)

other = asyncio.new_event_loop()
try:
    asyncio.run(wait_for(other.create_future()))
except RuntimeError as error:
    print("第三个:", error)
other.close()
