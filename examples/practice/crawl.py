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
    links = await fetch(page)
    for link in links:
        if link not in seen:
            seen.add(link)  # 和上一行之间没有 await
            group.create_task(visit(group, link))


async def main() -> None:
    seen.add("/")
    async with asyncio.TaskGroup() as group:
        group.create_task(visit(group, "/"))
    print("pages:", sorted(fetched))
    print("most often:", max(fetched.values()))


asyncio.run(main())
