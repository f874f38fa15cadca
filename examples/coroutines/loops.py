import asyncio
import threading

both = threading.Barrier(2)


async def main() -> None:
    # 等另一个事件循环也走到这里
    await asyncio.to_thread(both.wait)


def run() -> None:
    asyncio.run(main())


threads = [threading.Thread(target=run) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("一个进程，两个线程，两个事件循环，同时运行过")
