import os
from multiprocessing import Process


def run_proc(name: str) -> None:
    print(f"Run child process {name} ({os.getpid()})...")


if __name__ == "__main__":
    print(f"Parent process {os.getpid()}.")
    # 多写了一对括号：函数当场就在父进程里执行了。
    p = Process(target=run_proc("test"))
    print("Child process will start.")
    p.start()  # target 是 None，子进程什么也不做
    p.join()
    print(f"Child process end, exit code {p.exitcode}.")
