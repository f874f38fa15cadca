import threading
import time

shelf: list[str] = []
changed = threading.Condition()
waiting = 0


def buy(name: str) -> None:
    global waiting
    with changed:
        if not shelf:  # 只看一次
            waiting += 1
            changed.wait()
        try:
            cake = shelf.pop()
        except IndexError:
            cake = "nothing"
    got.append(cake)


got: list[str] = []
buyers = [
    threading.Thread(target=buy, args=(name,))
    for name in ("Ann", "Bob")
]
for t in buyers:
    t.start()
while True:
    with changed:
        if waiting == 2:  # 两个都在等了
            shelf.append("apple cake")
            changed.notify_all()
            break
    time.sleep(0.01)
for t in buyers:
    t.join()
print(f"sold: {sorted(got)}")
