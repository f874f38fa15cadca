import threading

stop = threading.Event()
count = 0


def beat() -> None:
    global count
    while not stop.wait(timeout=0.1):  # 等 0.1 秒，或者等到停
        count += 1
        if count == 3:
            three.set()


three = threading.Event()
t = threading.Thread(target=beat)
t.start()
three.wait()
stop.set()
t.join()
print(f"at least three times: {count >= 3}")
print(f"still repeating: {t.is_alive()}")
