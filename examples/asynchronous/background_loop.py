import asyncio
import threading
from concurrent.futures import Future


def in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


async def fetch(page: str) -> str:
    await asyncio.sleep(0)
    return f"{page} 在主线程: {in_main_thread()}"


async def serve(started: Future) -> None:
    stop = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()


# 没有 async 的程序，也能把活交给一个事件循环
started: Future = Future()
thread = threading.Thread(target=asyncio.run, args=[serve(started)])
thread.start()
loop, stop = started.result()
pages = [
    asyncio.run_coroutine_threadsafe(fetch(page), loop)
    for page in ["/1", "/2"]
]
for page in pages:
    print(page.result())
loop.call_soon_threadsafe(stop.set)
thread.join()
print("事件循环关了:", loop.is_closed())
