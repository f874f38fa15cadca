import threading

both_set = threading.Barrier(3)


def play(
    word: str, mine: threading.Event, other: threading.Event
) -> None:
    for _ in range(2):
        mine.wait()
        print(word)
        other.set()
        both_set.wait()  # 最坏的时机：对方也 set 过了
        mine.clear()  # 太晚：对方刚设的，也放下来了


foo, bar = threading.Event(), threading.Event()
threads = [
    threading.Thread(target=play, name=args[0], args=args, daemon=True)
    for args in [("foo", foo, bar), ("bar", bar, foo)]
]
for t in threads:
    t.start()
foo.set()  # 从 foo 开始
both_set.wait()
for t in threads:
    t.join(timeout=0.2)  # 没有时限就永远等
print(f"still waiting: {sum(t.is_alive() for t in threads)}")
