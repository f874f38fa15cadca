import multiprocessing
import os
import queue
import sys

if __name__ == "__main__":
    if not hasattr(os, "fork"):
        sys.exit("这个系统没有 os.fork")
    for method in "spawn", "fork":
        context = multiprocessing.get_context(method)
        q = queue.Queue()
        p = context.Process(target=q.put, args=("soup",))
        try:
            p.start()
        except TypeError as error:
            print(f"{method}: {error}")
        else:
            p.join()
            print(f"{method}: exit code {p.exitcode}")
            print(f"{method}: parent has {q.qsize()} items")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
