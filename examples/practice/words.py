import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

TEXT = "to be or not to be\nthat is what to ask\n" * 5000


def count(path: Path, start: int, end: int) -> Counter[str]:
    words: Counter[str] = Counter()
    with path.open("rb") as file:
        if start:
            file.seek(start - 1)
            file.readline()  # 这一行归前一块
        while file.tell() < end:
            words.update(file.readline().decode().split())
    return words


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
    print("most often:", *total.most_common(2))


if __name__ == "__main__":
    main()
