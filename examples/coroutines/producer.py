from collections.abc import Generator


def consumer() -> Generator[str, int, None]:
    reply = ""
    while True:
        n = yield reply  # 交出 reply，停下，等下一个 n
        print(f"[CONSUMER] Consuming {n}...")
        reply = "200 OK"


def produce(c: Generator[str, int, None]) -> None:
    next(c)  # 预激：走到第一个 yield，才能接收
    for n in range(1, 6):
        print(f"[PRODUCER] Producing {n}...")
        reply = c.send(n)
        print(f"[PRODUCER] Consumer return: {reply}")
    c.close()


produce(consumer())
