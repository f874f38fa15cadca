import asyncio
from contextvars import ContextVar, copy_context

request: ContextVar[str] = ContextVar("request", default="没有")


async def main() -> None:
    loop = asyncio.get_running_loop()
    # 线程池里先有了线程，那时还没有请求
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
