import threading

ready = threading.Event()


def work(name: str) -> None:
    ready.wait()
    print(f"{name} goes on.")


threads = [
    threading.Thread(target=work, args=(name,))
    for name in ("Ann", "Bob")
]
for t in threads:
    t.start()
print(f"too early: {ready.wait(timeout=0.1)}")
print("Ready!")
ready.set()
for t in threads:
    t.join()
print(f"too late: {ready.wait()}")
