import threading

turn = "A"
vain: list[int] = []


def play(letter: str, following: str) -> None:
    global turn
    looks = 0
    for _ in range(2):
        while turn != letter:
            looks += 1  # 没轮到，一直看
        print(letter, end="")
        turn = following
    vain.append(looks)


threads = [
    threading.Thread(target=play, args=("A", "B")),
    threading.Thread(target=play, args=("B", "C")),
    threading.Thread(target=play, args=("C", "A")),
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"\nlooked in vain: {sum(vain)}")
