import threading

turn = "A"
changed = threading.Condition()
waits = threading.Semaphore(0)


def play(letter: str, following: str) -> None:
    global turn
    with changed:
        while turn != letter:
            print(f"{letter} waits, turn is {turn}.")
            waits.release()
            changed.wait()
        print(letter)
        turn = following
        changed.notify()  # 只叫醒一个，不管是谁


c = threading.Thread(target=play, args=("C", "A"), daemon=True)
b = threading.Thread(target=play, args=("B", "C"), daemon=True)
a = threading.Thread(target=play, args=("A", "B"))
for t in c, b, a:
    t.start()
    waits.acquire()  # 有一个等着了，再往下走
b.join(timeout=0.2)  # 没有时限就永远等
print(f"B still waits: {b.is_alive()}")
