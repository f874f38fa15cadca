from multiprocessing import Process


def ask() -> None:
    name = input("Name? ")
    print(f"Hello, {name}!")


if __name__ == "__main__":
    p = Process(target=ask)
    p.start()
    p.join()
    print(f"exit code: {p.exitcode}")
