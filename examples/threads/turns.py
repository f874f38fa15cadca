import threading


def play(
    letter: str,
    mine: threading.Semaphore,
    following: threading.Semaphore,
) -> None:
    for _ in range(2):
        mine.acquire()  # 等轮到自己
        print(letter)
        following.release()  # 轮到下一个


a = threading.Semaphore(1)  # 从 A 开始
b = threading.Semaphore(0)
c = threading.Semaphore(0)
threads = [
    threading.Thread(target=play, name="A", args=("A", a, b)),
    threading.Thread(target=play, name="B", args=("B", b, c)),
    threading.Thread(target=play, name="C", args=("C", c, a)),
]
for t in threads:
    t.start()
for t in threads:
    t.join()
