import time
from multiprocessing import Event, Process


def work(printed) -> None:
    print("child: step 1 is done")
    printed.set()
    time.sleep(60)  # 第二步要做很久


if __name__ == "__main__":
    printed = Event()
    child = Process(target=work, args=(printed,))
    child.start()
    printed.wait()
    child.terminate()
    child.join()
    print(f"parent: the child's exit code is {child.exitcode}")
