from multiprocessing import Event, Process


def work(printed) -> None:
    print("child: step 1 is done")
    printed.set()
    Event().wait()  # 第二步永远做不完


if __name__ == "__main__":
    printed = Event()
    child = Process(target=work, args=(printed,))
    child.start()
    printed.wait()
    child.terminate()
    child.join()
    print(f"parent: the child's exit code is {child.exitcode}")
