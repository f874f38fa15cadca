import multiprocessing

spawn = multiprocessing.get_context("spawn")
lock = spawn.Lock()


def ask(given) -> None:
    print(f"Child acquired its global lock: {lock.acquire(False)}")
    print(f"Child acquired the given lock: {given.acquire(False)}")


if __name__ == "__main__":
    with lock:
        print("Parent holds its global lock.")
        p = spawn.Process(target=ask, args=(lock,))
        p.start()
        p.join()
