import asyncio


async def price(name: str) -> int:
    print("事件循环: 查", name)
    await asyncio.sleep(0)
    if name == "鱼":
        raise KeyError(name)
    return 3


def shop(loop: asyncio.AbstractEventLoop) -> None:
    for name in ["茶", "鱼"]:
        future = asyncio.run_coroutine_threadsafe(price(name), loop)
        try:
            print("线程:", name, future.result())  # 在这里阻塞
        except KeyError as error:
            print("线程: 没有", error)


async def main() -> None:
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(shop, loop)


asyncio.run(main())
