import os
from multiprocessing import Pool, active_children


def run_task(_: int) -> int:
    return os.getpid()


def count_workers(maxtasksperchild: int | None) -> int:
    with Pool(1, maxtasksperchild=maxtasksperchild) as p:
        pids = p.map(run_task, range(3), chunksize=1)
    return len(set(pids))


if __name__ == "__main__":
    # 3.13 起看本进程可用的核数，之前看整台机器的核数。
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

    for limit in None, 1:
        workers = count_workers(maxtasksperchild=limit)
        print(f"maxtasksperchild={limit}, 3 tasks, PIDs: {workers}")
