import threading


class Account:
    def __init__(self, name: str) -> None:
        self.name = name
        self.balance = 100
        self.lock = threading.Lock()


def transfer(src: Account, dst: Account, amount: int) -> None:
    if src is dst:
        return  # 转给自己：同一把锁不能获取两次
    first, second = sorted((src, dst), key=id)
    with first.lock, second.lock:
        src.balance -= amount
        dst.balance += amount
    print(f"{src.name} paid {dst.name} {amount}.")


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
