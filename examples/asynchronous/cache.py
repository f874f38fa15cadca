import asyncio
from functools import partial

asked: dict[str, asyncio.Task[int]] = {}
away = {"fish"}  # 第一次问不到


async def ask(dish: str) -> int:
    print("去问", dish)
    await asyncio.sleep(0)
    if dish in away:
        away.remove(dish)
        raise ConnectionError(dish)
    return len(dish)


def forget_failed(dish: str, task: asyncio.Task[int]) -> None:
    if task.cancelled() or task.exception():
        del asked[dish]


async def price(dish: str) -> int:
    task = asked.get(dish)
    if task is None:
        task = asked[dish] = asyncio.create_task(ask(dish))
        task.add_done_callback(partial(forget_failed, dish))
    return await asyncio.shield(task)  # 一个不等了，别的还要


async def main() -> None:
    print(await asyncio.gather(price("soup"), price("soup")))
    print(await price("soup"))
    try:
        await price("fish")
    except ConnectionError:
        print("没有问到，再来")
    print(await price("fish"))


asyncio.run(main())
