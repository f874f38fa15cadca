import asyncio

stock = 3


async def pay() -> None:
    await asyncio.sleep(0)  # 代替付款：让出一次，换别人走


async def buy(buyer: int) -> None:
    global stock
    if stock > 0:
        await pay()  # 检查之后、扣减之前，别人进来了
        stock -= 1
        print(f"买家 {buyer} 买到，剩 {stock} 张")
    else:
        print(f"买家 {buyer} 没买到")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for buyer in range(1, 6):
            group.create_task(buy(buyer))
    print(f"最后剩 {stock} 张")


asyncio.run(main())
