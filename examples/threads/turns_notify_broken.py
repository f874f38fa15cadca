import threading

turn = "A"
changed = threading.Condition()
entered = threading.Semaphore(0)


def play(letter: str, following: str) -> None:
    global turn
    with changed:
        entered.release()
        changed.wait_for(lambda: turn == letter)
        print(letter)
        turn = following
        changed.notify()  # 只叫醒一个，不管是谁


threads = []
for letter, following in ("C", "A"), ("B", "C"), ("A", "B"):
    t = threading.Thread(
        target=play, args=(letter, following), name=letter, daemon=True
    )
    t.start()
    entered.acquire()  # 它等着了，再启动下一个
    threads.append(t)
threads.pop().join()  # A 打印了，叫了一声
for t in threads:
    t.join(timeout=0.2)  # 没有时限就永远等
waiting = [t.name for t in threads if t.is_alive()]
print(f"turn: {turn}, waiting: {waiting}")
