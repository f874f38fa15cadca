import asyncio
from collections import Counter

SITE = {
    "/": ["/soup", "/cake"],
    "/soup": ["/", "/eggs"],
    "/cake": ["/", "/eggs", "/milk"],
    "/eggs": ["/cake"],
    "/milk": ["/eggs"],
}
seen = set[str]()
fetched = Counter[str]()


async def fetch(page: str) -> list[str]:
    fetched[page] += 1
    await asyncio.sleep(0.01)  # 等网络
    return SITE[page]


async def visit(group: asyncio.TaskGroup, page: str) -> None:
    if page in seen:
        return
    links = await fetch(page)
    seen.add(page)  # 太晚了
    for link in links:
        group.create_task(visit(group, link))


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(visit(group, "/"))
    print("pages:", sorted(fetched))
    print("most often:", max(fetched.values()))


asyncio.run(main())
