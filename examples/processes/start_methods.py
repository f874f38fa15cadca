# /// script
# requires-python = ">=3.11"
#
# [tool.witness]
# needs = ["fork"]
# ///
import multiprocessing
import os

greeting = "as in the file"


def show(starter: int) -> None:
    print(f"  module {__name__}, greeting {greeting}")
    print(f"  started by my parent: {os.getppid() == starter}")


if __name__ == "__main__":
    greeting = "changed before start"
    for method in "fork", "forkserver", "spawn":
        print(f"Start method {method}:")
        context = multiprocessing.get_context(method)
        p = context.Process(target=show, args=(os.getpid(),))
        p.start()
        p.join()
