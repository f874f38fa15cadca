import os
from multiprocessing import Pool, active_children


def run_task(_: int) -> int:
    return os.getpid()


def count_workers(limit: int | None, chunksize: int) -> int:
    with Pool(1, maxtasksperchild=limit) as p:
        pids = p.map(run_task, range(4), chunksize)
    return len(set(pids))


if __name__ == "__main__":
    # 3.13 起看本进程可用的核心数，之前看整台机器的核心数。
    cores = getattr(os, "process_cpu_count", os.cpu_count)()
    print(f"Usable cores: {cores}")
    with Pool():
        print(f"Pool() started {len(active_children())} processes.")

    for arguments in (
        {"processes": 0},
        {"maxtasksperchild": 0},
        {"maxtasksperchild": 1.5},
    ):
        try:
            Pool(**arguments)
        except ValueError as error:
            print(f"{arguments}: {error}")

    for limit, size in (None, 1), (1, 1), (1, 2):
        print(
            f"maxtasksperchild={limit}, chunksize={size}, 4 calls:",
            f"{count_workers(limit, size)} PIDs",
        )
