import asyncio
from concurrent.futures import ProcessPoolExecutor


def count_primes(stop: int) -> int:
    return sum(
        all(n % d for d in range(2, int(n**0.5) + 1))
        for n in range(2, stop)
    )


async def main() -> None:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2) as pool:
        results = await asyncio.gather(
            loop.run_in_executor(pool, count_primes, 1_000),
            loop.run_in_executor(pool, count_primes, 10_000),
        )
    print(results)


if __name__ == "__main__":
    asyncio.run(main())
