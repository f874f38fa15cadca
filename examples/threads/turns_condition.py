import threading

turn = "A"
changed = threading.Condition()


def play(letter: str, following: str) -> None:
    global turn
    for _ in range(2):
        with changed:
            changed.wait_for(lambda: turn == letter)
            print(letter)
            turn = following
            changed.notify_all()  # 都叫醒，各自看是不是自己


threads = [
    threading.Thread(target=play, name="A", args=("A", "B")),
    threading.Thread(target=play, name="B", args=("B", "C")),
    threading.Thread(target=play, name="C", args=("C", "A")),
]
for t in threads:
    t.start()
for t in threads:
    t.join()
