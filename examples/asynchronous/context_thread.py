import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context

request: ContextVar[str] = ContextVar("request", default="没有")


async def main() -> None:
    loop = asyncio.get_running_loop()
    # 只有一个线程，它启动的时候还没有请求
    loop.set_default_executor(ThreadPoolExecutor(1))
    await asyncio.to_thread(request.get)

    request.set("甲")
    print("to_thread:", await asyncio.to_thread(request.get))
    print(
        "run_in_executor:",
        await loop.run_in_executor(None, request.get),
    )
    context = copy_context()
    print(
        "run_in_executor 加 copy_context:",
        await loop.run_in_executor(None, context.run, request.get),
    )

    await asyncio.to_thread(request.set, "乙")
    print("线程里改过以后，main:", request.get())


asyncio.run(main())
