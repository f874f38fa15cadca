import threading
from tempfile import TemporaryFile

names = ["Alice", "Bob", "Carol", "Dave"]
lines_each = 5_000
lock = threading.Lock()


def work(name: str) -> None:
    for number in range(lines_each):
        with lock:  # 一次只有一个线程打印
            print(f"{name}: line {number}", file=log)


with TemporaryFile("w+", encoding="utf-8", newline="\n") as log:
    threads = [threading.Thread(target=work, args=(n,)) for n in names]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    log.seek(0)
    arrived = set(log.buffer.read().splitlines())

whole = 0
for name in names:
    for number in range(lines_each):
        whole += f"{name}: line {number}".encode() in arrived
print(f"lines printed: {len(names) * lines_each}")
print(f"arrived whole: {whole}")
