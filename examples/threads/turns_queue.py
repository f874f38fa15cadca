import queue
import threading

LAST = 5


def play(
    letter: str, mine: queue.Queue[int], following: queue.Queue[int]
) -> None:
    while (number := mine.get()) <= LAST:
        print(letter, number)
        following.put(number + 1)
    following.put(number)  # 数完了，告诉下一个


a, b, c = queue.Queue(), queue.Queue(), queue.Queue()
threads = [
    threading.Thread(target=play, name="A", args=("A", a, b)),
    threading.Thread(target=play, name="B", args=("B", b, c)),
    threading.Thread(target=play, name="C", args=("C", c, a)),
]
for t in threads:
    t.start()
a.put(1)  # 从 A 开始
for t in threads:
    t.join()
