import threading


def work() -> None:
    raise ValueError("bad record")


t = threading.Thread(target=work, name="Worker")
t.start()
t.join()
print(f"Worker is alive: {t.is_alive()}")
print("Main thread goes on.")
