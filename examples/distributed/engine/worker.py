# /// script
# dependencies = ["distributed==2026.8.0"]
# ///
import asyncio
import logging

from distributed import Worker

ADDRESS = "tcp://127.0.0.1:8786"
# 散场的时候，心跳可能送不到 scheduler；这样的错误也不要
logging.getLogger("distributed").setLevel(logging.CRITICAL)


async def main():
    print(f"Connect to scheduler {ADDRESS}...")
    async with Worker(ADDRESS, nthreads=1) as worker:
        print("Wait for tasks...")
        await worker.finished()
    print("worker exit.")


if __name__ == "__main__":
    asyncio.run(main())
