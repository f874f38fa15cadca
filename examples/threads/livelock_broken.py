import threading

left, right = threading.Lock(), threading.Lock()
together = threading.Barrier(2)


def work(name: str, own: threading.Lock, other: threading.Lock) -> None:
    for _ in range(5):  # 没有上限就永远让下去
        with own:
            together.wait()  # 各持有一把
            if other.acquire(blocking=False):
                other.release()
                print(f"{name} has both.")
                return
            together.wait()  # 都没要到，都放手
    print(f"{name} gave way 5 times.")


threads = [
    threading.Thread(target=work, args=("Ann", left, right)),
    threading.Thread(target=work, args=("Bob", right, left)),
]
for t in threads:
    t.start()
for t in threads:
    t.join()
