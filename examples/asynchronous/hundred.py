# /// script
# dependencies = ["httpx==0.28.1"]
#
# [tool.witness]
# alone = true
# timeout = 30
# ///
import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import slow_server

PAGES = [f"/{number}" for number in range(100)]


def one_by_one(url: str) -> list[str]:
    with httpx.Client(base_url=url, trust_env=False) as client:
        return [client.get(page).text for page in PAGES]


def threads(url: str) -> list[str]:
    with (
        httpx.Client(base_url=url, trust_env=False) as client,
        ThreadPoolExecutor(10) as pool,
    ):
        return list(pool.map(lambda page: client.get(page).text, PAGES))


async def fetch_all(url: str) -> list[str]:
    limit = asyncio.Semaphore(10)

    async def fetch(page: str) -> str:
        async with limit:
            return (await client.get(page)).text

    async with httpx.AsyncClient(
        base_url=url, trust_env=False
    ) as client:
        return await asyncio.gather(*map(fetch, PAGES))


def tasks(url: str) -> list[str]:
    return asyncio.run(fetch_all(url))


def measure(fetch: Callable[[str], list[str]], url: str) -> float:
    start = time.perf_counter()
    texts = fetch(url)
    assert texts == [f"page {page}\n" for page in PAGES]
    return time.perf_counter() - start


with slow_server.serving() as url:
    slowest = measure(one_by_one, url)
    print("一个一个，同时在答的最多:", slow_server.most)
    faster = slowest / measure(threads, url)
    print(f"十个线程: 快 {faster:.1f} 倍")
    faster = slowest / measure(tasks, url)
    print(f"一百个任务，十个名额: 快 {faster:.1f} 倍")
    print("同时在答的最多:", slow_server.most)
