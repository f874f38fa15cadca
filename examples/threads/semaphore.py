import threading

seats = threading.Semaphore(2)
counting = threading.Lock()
seated = 0
most = 0


def eat() -> None:
    global seated, most
    with seats:
        with counting:
            seated += 1
            most = max(most, seated)
        both_seated.wait()  # 坐满两个，才开始吃
        with counting:
            seated -= 1


both_seated = threading.Barrier(2)
guests = [threading.Thread(target=eat) for _ in range(6)]
for t in guests:
    t.start()
for t in guests:
    t.join()
print(f"guests: {len(guests)}, seated at once: {most}")
