import multiprocessing


def run_proc() -> None:
    print("Run child process.")


# 少了 if __name__ == "__main__"：子进程导入这个文件时，
# 也会走到这里，想再启动一个子进程。
spawn = multiprocessing.get_context("spawn")
p = spawn.Process(target=run_proc)
p.start()
p.join()
print(f"Exit code: {p.exitcode}")

# /// script
# requires-python = ">=3.11.5"
# ///
