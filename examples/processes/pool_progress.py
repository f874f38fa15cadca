from multiprocessing import Pool

TASKS = 200


def square(n: int) -> int:
    return n * n


if __name__ == "__main__":
    total = 0
    with Pool(2) as p:
        results = p.imap_unordered(square, range(TASKS), chunksize=10)
        for count, result in enumerate(results, 1):
            total += result
            # \r 回到行首，下一次盖住这一次
            print(f"\r{count} of {TASKS}", end="", flush=True)
    print()
    print("total:", total)
