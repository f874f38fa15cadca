import threading
from collections.abc import Callable

LAST = 15
number = 1
changed = threading.Condition()


def play(word: str, mine: Callable[[int], bool]) -> None:
    global number
    while True:
        with changed:
            changed.wait_for(lambda: number > LAST or mine(number))
            if number > LAST:  # 数完了，都要结束
                return
            print(word or number)
            number += 1
            changed.notify_all()


threads = [
    threading.Thread(target=play, name=name, args=(word, mine))
    for name, word, mine in (
        ("number", "", lambda n: n % 3 != 0 and n % 5 != 0),
        ("fizz", "Fizz", lambda n: n % 3 == 0 and n % 5 != 0),
        ("buzz", "Buzz", lambda n: n % 3 != 0 and n % 5 == 0),
        ("both", "FizzBuzz", lambda n: n % 15 == 0),
    )
]
for t in threads:
    t.start()
for t in threads:
    t.join()
