import asyncio

stock = 3


async def buy(buyer: int) -> None:
    global stock
    await asyncio.sleep(0)  # 所有买家都先到场
    # 从这里到函数结束没有 await，别的任务插不进来
    if stock > 0:
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
