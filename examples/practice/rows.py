from concurrent.futures import ProcessPoolExecutor
from itertools import chain

Row = tuple[str, int, int]  # 菜名，单价，份数
ROWS: list[Row] = [(f"dish {n}", n % 7, n % 5) for n in range(1000)]
SIZE = 300


def handle(part: list[Row]) -> list[tuple[str, int]]:
    return [(name, price * count) for name, price, count in part]


def main() -> None:
    parts = [ROWS[i : i + SIZE] for i in range(0, len(ROWS), SIZE)]
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(handle, parts))
    print("parts:", [len(part) for part in done])
    print("in order:", list(chain(*done)) == handle(ROWS))


if __name__ == "__main__":
    main()
