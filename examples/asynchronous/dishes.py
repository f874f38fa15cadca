import asyncio
import time


async def cook(dish: str, seconds: float) -> str:
    print(dish, "下锅")
    await asyncio.sleep(seconds)  # 等的时候，别的菜接着做
    print(dish, "好了")
    return dish


async def main() -> None:
    start = time.perf_counter()
    dishes = await asyncio.gather(
        cook("青菜", 0.1), cook("鱼", 0.2), cook("汤", 0.3)
    )
    print(dishes)
    print(f"一共 {time.perf_counter() - start:.1f} 秒")


asyncio.run(main())
