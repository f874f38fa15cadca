from multiprocessing import Manager, Process


def work(task, result, second_done):
    n = task.get()
    if n == 1:
        second_done.wait()  # 任务 1 慢：等任务 2 做完
    result.put(f"{n} * {n} = {n * n}")
    if n == 2:
        second_done.set()


if __name__ == "__main__":
    with Manager() as manager:
        task, result = manager.Queue(), manager.Queue()
        args = (task, result, manager.Event())
        for n in (1, 2):
            print(f"Put task {n}...")
            task.put(n)
        workers = [Process(target=work, args=args) for _ in range(2)]
        for worker in workers:
            worker.start()
        for _ in range(2):
            print(f"Result: {result.get()}")
        for worker in workers:
            worker.join()
