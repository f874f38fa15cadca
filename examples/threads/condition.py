import threading

shelf: list[str] = []
changed = threading.Condition()


def buy(name: str) -> None:
    with changed:
        changed.wait_for(lambda: shelf)  # 架上有东西，才往下走
        shelf.pop()
    print(f"{name} got a cake.")


buyers = [
    threading.Thread(target=buy, args=(name,))
    for name in ("Ann", "Bob")
]
for t in buyers:
    t.start()
for cake in "apple cake", "plum cake":
    with changed:
        shelf.append(cake)
        changed.notify_all()
for t in buyers:
    t.join()
print(f"left: {len(shelf)}")
