import threading

changed = threading.Condition()

with changed:
    changed.notify()  # 还没有人在等，就白叫了


def buy() -> None:
    with changed:
        woken = changed.wait(timeout=0.5)  # 不写就永远等下去
    print(f"woken: {woken}")


t = threading.Thread(target=buy)
t.start()
t.join()
