import asyncio
import threading


def in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def read(go: threading.Event) -> str:
    go.wait()  # 阻塞的只是这个线程
    return f"read 在主线程: {in_main_thread()}"


async def main() -> None:
    go = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(read, go))
    await asyncio.sleep(0)  # read 已经交给线程
    print(f"main 在主线程: {in_main_thread()}")
    go.set()  # 事件循环没有停，才走得到这里
    print(await task)


asyncio.run(main())
