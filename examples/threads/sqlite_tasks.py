import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory


def sell(file: Path, seat: int) -> None:
    # 一个任务一个连接，用完就关
    with closing(sqlite3.connect(file, timeout=60)) as db, db:
        db.execute("INSERT INTO sold VALUES (?)", (seat,))


with TemporaryDirectory() as folder:
    file = Path(folder, "tickets.db")
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE sold (seat)")
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(sell, file, seat) for seat in range(20)]
    for future in futures:
        future.result()  # 哪个任务出了错，在这里抛出
    with closing(sqlite3.connect(file)) as db:
        (count,) = db.execute("SELECT count(*) FROM sold").fetchone()
    print(f"sold: {count}")
