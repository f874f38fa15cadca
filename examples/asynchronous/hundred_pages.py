# /// script
# dependencies = ["httpx==0.28.1"]
#
# [tool.witness]
# timeout = 30
# alone = true
# ///
import asyncio

import httpx
import slow_server

PAGES = [f"/{number}" for number in range(100)]
PAGES[7] += "?busy=1"  # 第一次 503，第二次就好
PAGES[50] += "?late=30"  # 等不到
PAGES[77] += "?busy=9"  # 总是 503

results: dict[int, str | Exception] = {}


async def fetch(
    client: httpx.AsyncClient, limit: asyncio.Semaphore, page: str
) -> str:
    last = False
    while True:
        try:
            # 先排到，再计时：排队的时间不算
            async with limit, asyncio.timeout(1):
                response = await client.get(page)
                response.raise_for_status()
                return response.text
        except (httpx.HTTPError, TimeoutError):
            if last:
                raise
        last = True
        await asyncio.sleep(0.2)  # 这时没有占着名额


async def keep(
    client: httpx.AsyncClient, limit: asyncio.Semaphore, number: int
) -> None:
    try:
        results[number] = await fetch(client, limit, PAGES[number])
    except (httpx.HTTPError, TimeoutError) as error:
        results[number] = error


async def main(url: str) -> None:
    limit = asyncio.Semaphore(10)
    async with (
        httpx.AsyncClient(
            base_url=url, trust_env=False, timeout=None
        ) as client,
        asyncio.TaskGroup() as group,
    ):
        tasks = [
            group.create_task(keep(client, limit, number))
            for number in range(len(PAGES))
        ]
        for done, task in enumerate(asyncio.as_completed(tasks), 1):
            await task
            if done % 25 == 0:
                print("有了结果的页数:", done)


with slow_server.serving() as url:
    try:
        asyncio.run(main(url))
    except KeyboardInterrupt:
        print("停了")
    failed = {
        number: error
        for number, error in sorted(results.items())
        if isinstance(error, Exception)
    }
    print("取到的页数:", len(results) - len(failed))
    for number, error in failed.items():
        print(f"第 {number} 页: {type(error).__name__}")
    missing = set(range(len(PAGES))) - results.keys()
    print("还没有结果的页:", sorted(missing))
    print("同时在答的，不超过 12 个:", slow_server.most <= 12)
