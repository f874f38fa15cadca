import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


async def main() -> None:
    loop = asyncio.get_running_loop()
    # 换一个只有一个线程的默认线程池，好让它排满
    loop.set_default_executor(ThreadPoolExecutor(1))
    go = threading.Event()
    loop.run_in_executor(None, go.wait)  # 唯一的线程有事做了
    query = asyncio.create_task(loop.getaddrinfo("localhost", 80))
    done, _ = await asyncio.wait([query], timeout=0.1)
    print("线程池排满的时候，查到:", len(done))
    go.set()
    print("线程池空出来，查到:", len(await query) > 0)


asyncio.run(main())
