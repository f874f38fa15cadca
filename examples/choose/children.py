import multiprocessing
import sys
import time

try:
    import resource
except ImportError:
    sys.exit("这个系统没有 resource 模块")


# 算半秒（按 CPU 时间），然后报告自己用了多少
def burn(pipe):
    while time.process_time() < 0.5:
        pass
    pipe.send(time.process_time())


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    for method in ("fork", "forkserver"):
        context = multiprocessing.get_context(method)
        before = children()
        here, there = context.Pipe()
        process = context.Process(target=burn, args=(there,))
        process.start()
        own = here.recv()
        process.join()
        print(f"{method}：子进程自己说 {own:.1f} 秒，", end="")
        print(f"RUSAGE_CHILDREN 说 {children() - before:.3f} 秒")

# /// script
# [tool.witness]
# needs = ["resource"]
# timeout = 30
# ///
