import asyncio

stock = 0


async def buy(
    name: str, count: int, changed: asyncio.Condition
) -> None:
    global stock
    async with changed:
        await changed.wait_for(lambda: stock >= count)
        stock -= count
        print(f"{name}: 买到 {count} 个，还剩 {stock}")


async def deliver(changed: asyncio.Condition) -> None:
    global stock
    for _ in range(3):
        async with changed:
            stock += 2
            print("deliver: 到货 2 个")
            changed.notify_all()  # 叫醒的人，各自再看够不够
        await asyncio.sleep(0)


async def main() -> None:
    changed = asyncio.Condition()
    async with asyncio.TaskGroup() as group:
        group.create_task(buy("A", 4, changed))
        group.create_task(buy("B", 2, changed))
        group.create_task(deliver(changed))


asyncio.run(main())
