import asyncio
import threading


def cook() -> str:
    return f"在 {threading.current_thread().name} 里做好"


def tell(future: asyncio.Future[str]) -> None:
    print(future.result() + "，回调在", threading.current_thread().name)


async def main() -> None:
    cooking = asyncio.create_task(asyncio.to_thread(cook))
    cooking.add_done_callback(tell)
    await cooking
    print("main: 已经做好了，再登记一次")
    cooking.add_done_callback(tell)
    print("main: 还没有调用")
    await asyncio.sleep(0)
    print("main: 调用过了")


asyncio.run(main())
