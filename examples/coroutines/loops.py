import asyncio
import threading

loops: set[asyncio.AbstractEventLoop] = set()
both_run = threading.Barrier(3)
counted = threading.Event()


async def main() -> None:
    loops.add(asyncio.get_running_loop())
    both_run.wait()  # 三方到齐：两个事件循环，加上主线程
    counted.wait()  # 主线程数完，才结束


def run() -> None:
    asyncio.run(main())


threads = [threading.Thread(target=run) for _ in range(2)]
for thread in threads:
    thread.start()
both_run.wait()
print("线程:", threading.active_count())
print("正在运行的事件循环:", sum(loop.is_running() for loop in loops))
counted.set()
for thread in threads:
    thread.join()
print("结束之后:", sum(loop.is_running() for loop in loops))
