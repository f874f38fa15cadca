import asyncio
import time


async def fetch() -> None:
    time.sleep(0.6)


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.slow_callback_duration = 0.5  # 默认 0.1 秒
    await loop.create_task(fetch(), name="fetch")
    print("main: 走完了")


asyncio.run(main(), debug=True)

# /// script
# [tool.witness]
# alone = true
# ///
