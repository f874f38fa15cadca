from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, Process


def start_child() -> int | None:
    p = Process(target=print, args=("A child of a worker.",))
    p.start()
    p.join()
    return p.exitcode


if __name__ == "__main__":
    with Pool(1) as p:
        try:
            p.apply(start_child)
        except AssertionError as error:
            print(f"Pool: {error}")

    with ProcessPoolExecutor(1) as executor:
        exitcode = executor.submit(start_child).result()
        print(f"ProcessPoolExecutor: exit code {exitcode}")
