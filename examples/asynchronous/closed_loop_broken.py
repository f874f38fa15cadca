import asyncio
import threading

ended = threading.Event()


def work(loop: asyncio.AbstractEventLoop) -> None:
    ended.wait()  # 等到事件循环已经结束
    try:
        loop.call_soon_threadsafe(print, "做完了")
    except RuntimeError as error:
        print("线程:", error)


async def main() -> threading.Thread:
    loop = asyncio.get_running_loop()
    thread = threading.Thread(target=work, args=[loop])
    thread.start()
    return thread


thread = asyncio.run(main())
print("asyncio.run 返回")
ended.set()
thread.join()
