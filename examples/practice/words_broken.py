import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

TEXT = "to be or not to be\nthat is what to ask\n" * 5000


def count(path: Path, start: int, end: int) -> Counter[str]:
    with path.open("rb") as file:
        file.seek(start)
        return Counter(file.read(end - start).decode().split())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "poem.txt")
        path.write_bytes(TEXT.encode())
        size = path.stat().st_size
        cuts = [size * k // 7 for k in range(8)]
        with ProcessPoolExecutor(4) as pool:
            parts = list(pool.map(count, repeat(path), cuts, cuts[1:]))
    total = sum(parts, Counter[str]())
    print("words:", total.total())
    print("not in the poem:", sorted(total.keys() - set(TEXT.split())))


if __name__ == "__main__":
    main()
