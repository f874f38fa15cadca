import multiprocessing

if __name__ == "__main__":

    def cook(dish: str) -> str:  # 写在 if 里面，不在文件的顶层
        return f"{dish} ready"

    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as p:
        (worker,) = multiprocessing.active_children()
        task = p.apply_async(cook, ("soup",))
        worker.join()
        print("The worker has ended.")
        print(f"Is the task ready? {task.ready()}")
