import multiprocessing

multiprocessing.set_start_method("spawn")


def work() -> None:
    print("work")


if __name__ == "__main__":
    p = multiprocessing.Process(target=work)
    p.start()
    p.join()
    print("exitcode:", p.exitcode)
