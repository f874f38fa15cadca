import sys
from multiprocessing import Process


def work(attempt: int) -> None:
    if attempt < 3:
        sys.exit(1)  # 假装出了错


if __name__ == "__main__":
    for attempt in range(1, 6):  # 最多五次
        p = Process(target=work, args=(attempt,))
        p.start()
        p.join()
        print(f"attempt {attempt}: exit code {p.exitcode}")
        if p.exitcode == 0:
            break
