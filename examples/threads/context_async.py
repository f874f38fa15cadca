import asyncio
import threading
from contextvars import ContextVar

local = threading.local()
user: ContextVar[str] = ContextVar("user", default="nobody")


async def handle(name: str) -> str:
    local.user = name
    user.set(name)
    await asyncio.sleep(0)  # 让出：轮到另一个任务写
    return f"local {local.user}, ContextVar {user.get()}"


async def main() -> None:
    results = await asyncio.gather(handle("Alice"), handle("Bob"))
    print(f"Alice's task: {results[0]}")
    print(f"Bob's task:   {results[1]}")
    print(f"main():       local {local.user}, ContextVar {user.get()}")


asyncio.run(main())
