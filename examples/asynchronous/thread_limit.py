import asyncio
import os
import threading

# 默认线程池的上限，见 ThreadPoolExecutor 的文档
cpu_count = getattr(os, "process_cpu_count", os.cpu_count)
LIMIT = min(32, (cpu_count() or 1) + 4)
running = peak = 0
lock = threading.Lock()
full = threading.Event()


def block() -> None:
    global running, peak
    with lock:
        running += 1
        peak = max(peak, running)
        if running == LIMIT:
            full.set()
    full.wait()  # 线程池满了，才往下走
    with lock:
        running -= 1


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(asyncio.to_thread(block))
    print("交给线程的调用: 100")
    print("同时在线程里的，最多:", peak)


asyncio.run(main())
