import multiprocessing
import sys


def run_proc() -> None:
    print("Run child process.")


# 少了 if __name__ == "__main__"：子进程导入这个文件时，
# 也会走到这里，想再启动一个子进程。
spawn = multiprocessing.get_context("spawn")
p = spawn.Process(target=run_proc)
try:
    p.start()
except RuntimeError as error:
    message = " ".join(str(error).split())  # 有十几行，只印第一句
    sys.exit(f"RuntimeError: {message.partition('.')[0]}.")
p.join()
print(f"Exit code: {p.exitcode}")
