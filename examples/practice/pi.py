import random
from concurrent.futures import ProcessPoolExecutor

POINTS = 100_000


def hits(seed: int) -> int:
    numbers = random.Random(seed)  # 每个任务一个自己的生成器
    return sum(
        numbers.random() ** 2 + numbers.random() ** 2 < 1
        for _ in range(POINTS)
    )


def main() -> None:
    seeds = range(8)
    for workers in 1, 2:
        with ProcessPoolExecutor(workers) as pool:
            counts = list(pool.map(hits, seeds))
        pi = 4 * sum(counts) / (len(seeds) * POINTS)
        print(f"{workers} at work: {len(set(counts))} counts, {pi:.4f}")


if __name__ == "__main__":
    main()
