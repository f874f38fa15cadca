import asyncio
import os
import threading

# 默认线程池的上限，见 ThreadPoolExecutor 的文档
cpu_count = getattr(os, "process_cpu_count", os.cpu_count)
LIMIT = min(32, (cpu_count() or 1) + 4)
full = threading.Barrier(LIMIT)


def block() -> int:
    full.wait()  # 线程池满了，才往下走
    return threading.get_ident()


async def main() -> None:
    calls = [asyncio.to_thread(block) for _ in range(2 * LIMIT)]
    threads = set(await asyncio.gather(*calls))
    print("做这些调用的线程:", len(threads))
    print("交给线程的调用:", len(calls))


asyncio.run(main())
