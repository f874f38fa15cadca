import random
from concurrent.futures import ProcessPoolExecutor

POINTS = 100_000


def hits(task: int) -> int:
    random.seed(42)  # 想让结果每次相同
    return sum(
        random.random() ** 2 + random.random() ** 2 < 1
        for _ in range(POINTS)
    )


def main() -> None:
    tasks = range(8)
    with ProcessPoolExecutor(2) as pool:
        counts = list(pool.map(hits, tasks))
    pi = 4 * sum(counts) / (len(tasks) * POINTS)
    print(f"2 at work: {len(set(counts))} counts, {pi:.4f}")


if __name__ == "__main__":
    main()
