import threading

rounds = 2
together = threading.Barrier(3)


def play(name: str) -> None:
    for number in range(1, rounds + 1):
        print(f"{name} is ready for round {number}.")
        together.wait()


players = [
    threading.Thread(target=play, args=(name,))
    for name in ("Ann", "Bob")
]
for t in players:
    t.start()
for number in range(1, rounds + 1):
    together.wait()
    print(f"Round {number} begins.")
for t in players:
    t.join()
