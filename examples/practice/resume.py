import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path


def square(n: int, folder: Path, broken: int | None) -> None:
    if n == broken:
        os._exit(1)  # 像被杀掉一样，说没就没
    part = folder / f"{n}.part"
    part.write_text(str(n * n))
    part.replace(folder / f"{n}.txt")  # 写完了才换名字


def run(folder: Path, broken: int | None = None) -> None:
    todo = [n for n in range(10) if not (folder / f"{n}.txt").exists()]
    print("to do:", len(todo))
    with ProcessPoolExecutor(2) as pool:
        futures = [pool.submit(square, n, folder, broken) for n in todo]
    for future in futures:
        future.result()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            run(folder, broken=5)
        except BrokenProcessPool:
            print("stopped")
        run(folder)
        squares = [int(p.read_text()) for p in folder.glob("*.txt")]
        print("sum:", sum(squares))


if __name__ == "__main__":
    main()
