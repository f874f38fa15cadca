from multiprocessing import Event, Process


def work(printed, never) -> None:
    print("child: step 1 is done")
    printed.set()
    never.wait()  # 第二步永远做不完


if __name__ == "__main__":
    printed, never = Event(), Event()
    child = Process(target=work, args=(printed, never))
    child.start()
    printed.wait()
    child.terminate()
    child.join()
    print("parent: the child was stopped")
