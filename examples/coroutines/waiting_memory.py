import asyncio
import tracemalloc

WAITING = 200


async def wait(go: asyncio.Event) -> None:
    await go.wait()


async def main() -> None:
    go = asyncio.Event()
    tracemalloc.start()
    async with asyncio.TaskGroup() as group:
        for _ in range(WAITING):
            group.create_task(wait(go))
        await asyncio.sleep(0)  # 都停在 await 上了
        memory, _ = tracemalloc.get_traced_memory()
        go.set()
    print(f"等着的任务，每个 {memory / WAITING / 1024:.1f} KiB")


asyncio.run(main())
