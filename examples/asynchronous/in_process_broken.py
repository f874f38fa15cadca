import asyncio
import time
from concurrent.futures import ProcessPoolExecutor


def work() -> None:
    time.sleep(1)  # 当作要算一秒
    print("进程：算完了", flush=True)


async def main() -> None:
    try:
        with ProcessPoolExecutor(1) as pool:
            future = pool.submit(work)
            while not future.running():  # 送出去了，再计时
                await asyncio.sleep(0.01)
            async with asyncio.timeout(0.1):
                await asyncio.wrap_future(future)
        # with 的出口等进程池做完，事件循环停在这里
    except TimeoutError:
        print("main: 超时")


if __name__ == "__main__":
    asyncio.run(main())
