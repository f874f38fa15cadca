import sys
import threading
import traceback

pot, pan = threading.Lock(), threading.Lock()
both_hold_one = threading.Barrier(2)


def cook(first: threading.Lock, second: threading.Lock) -> None:
    with first:
        both_hold_one.wait()
        with second:
            print("never")


def report() -> None:
    frames = sys._current_frames()
    for t in threading.enumerate():
        if t is threading.current_thread():
            continue
        for place in traceback.extract_stack(frames[t.ident]):
            if place.filename == __file__:
                print(f"{t.name}: line {place.lineno}, {place.line}")


threads = [
    threading.Thread(target=cook, args=args, name=name, daemon=True)
    for name, args in (("Ann", (pot, pan)), ("Bob", (pan, pot)))
]
for t in threads:
    t.start()
for t in threads:
    t.join(timeout=0.5)
report()  # 早该做完了，看看停在哪里

# /// script
# [tool.witness]
# alone = true
# ///
