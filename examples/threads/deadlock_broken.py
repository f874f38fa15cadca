import threading


class Account:
    def __init__(self, name: str) -> None:
        self.name = name
        self.balance = 100
        self.lock = threading.Lock()


both_hold_one = threading.Barrier(2)
both_tried = threading.Barrier(2)


def transfer(src: Account, dst: Account, amount: int) -> None:
    with src.lock:
        print(f"{src.name} locked, {dst.name} wanted.")
        both_hold_one.wait()
        if dst.lock.acquire(timeout=0.2):  # 没有时限就永远等
            src.balance -= amount
            dst.balance += amount
            dst.lock.release()
            print(f"{src.name} paid {dst.name} {amount}.")
        else:
            print(f"{src.name} gave up waiting for {dst.name}.")
        both_tried.wait()  # 两边都试完了，才放手


alice, bob = Account("Alice"), Account("Bob")
threads = [
    threading.Thread(target=transfer, args=(alice, bob, 30)),
    threading.Thread(target=transfer, args=(bob, alice, 50)),
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"Alice: {alice.balance}, Bob: {bob.balance}")
