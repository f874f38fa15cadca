import threading

together = threading.Barrier(2)


def arrive() -> None:
    try:
        together.wait()
    except threading.BrokenBarrierError:
        print("Ann: the other one never came.")


def fail() -> None:
    try:
        raise ValueError("fell off the bike")
    except ValueError as error:
        print(f"Bob: {error}")
        together.abort()  # 没有这一句，Ann 就永远等下去


threads = [threading.Thread(target=t) for t in (arrive, fail)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"broken: {together.broken}")
