import asyncio


async def fetch(name: str, seconds: float, deadline: float) -> str:
    async with asyncio.timeout_at(deadline):
        await asyncio.sleep(seconds)
    return name


async def main() -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 0.5  # 三步一共只有 0.5 秒
    try:
        for name, seconds in (
            ("首页", 0.01),
            ("目录", 0.01),
            ("正文", 60),
        ):
            print("main: 拿到", await fetch(name, seconds, deadline))
    except TimeoutError:
        print("main: 时间用完了")


asyncio.run(main())

# /// script
# [tool.witness]
# alone = true
# ///
