from multiprocessing import Process

numbers = [1, 2, 3]


def append_four() -> None:
    numbers.append(4)
    print(f"Child: {numbers}")


if __name__ == "__main__":
    p = Process(target=append_four)
    p.start()
    p.join()
    print(f"Parent: {numbers}")
