from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Process, Queue


def square(n: int) -> int:
    return n * n


def put_square(q: Queue, n: int) -> None:
    q.put(square(n))


if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        print(f"From the pool: {pool.submit(square, 7).result()}")

    q = Queue()
    p = Process(target=put_square, args=(q, 7))
    p.start()
    print(f"From the queue: {q.get()}")  # 先取，再 join
    p.join()
