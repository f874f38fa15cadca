# /// script
# dependencies = ["distributed==2026.8.0"]
#
# [tool.witness]
# timeout = 60
# ///
import asyncio
import logging

from distributed import Scheduler

# 它每一步都记日志，这里只要错误
logging.getLogger("distributed").setLevel(logging.ERROR)


async def main():
    async with Scheduler(host="127.0.0.1", port=8786) as scheduler:
        print(f"Scheduler at {scheduler.address}")
        await scheduler.finished()
    print("scheduler exit.")


if __name__ == "__main__":
    asyncio.run(main())
