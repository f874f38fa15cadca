import multiprocessing
import os
import sys

imported_by = os.getpid()  # 是哪个进程导入了这个文件
greeting = "as in the file"


def tell(q: multiprocessing.Queue) -> None:
    q.put((__name__, greeting, imported_by))


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        sys.exit("这个系统没有 fork 和 forkserver，只有 spawn")
    greeting = "changed before start"
    for method in "fork", "forkserver", "spawn":
        print(f"Start method {method}:")
        context = multiprocessing.get_context(method)
        q = context.Queue()
        importers = {imported_by}
        for _ in range(2):
            p = context.Process(target=tell, args=(q,))
            p.start()
            module, seen, importer = q.get()
            p.join()
            print(f"  child's module {module}, greeting {seen}")
            importers.add(importer)
        print(f"  processes that imported the file: {len(importers)}")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
