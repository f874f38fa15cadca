import asyncio
from concurrent.futures import ProcessPoolExecutor

ticks = 0


def count_primes(stop: int) -> int:
    return sum(
        all(n % d for d in range(2, int(n**0.5) + 1))
        for n in range(2, stop)
    )


async def tick() -> None:
    global ticks
    while True:
        await asyncio.sleep(0.001)
        ticks += 1


async def main(pool: ProcessPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    ticker = asyncio.create_task(tick())
    results = await asyncio.gather(
        loop.run_in_executor(pool, count_primes, 1_000),
        loop.run_in_executor(pool, count_primes, 100_000),
    )
    ticker.cancel()
    print(results)
    print("计算的时候，事件循环走了圈数:", ticks)


if __name__ == "__main__":
    # 进程池在事件循环之外打开，也在外面关上
    with ProcessPoolExecutor(2) as pool:
        asyncio.run(main(pool))
