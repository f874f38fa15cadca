import multiprocessing

print(f"This line runs in {__name__}.")


def run_proc() -> None:
    print(f"Run child process in {__name__}.")


if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    p = spawn.Process(target=run_proc)
    p.start()
    p.join()
    print("Child process end.")
