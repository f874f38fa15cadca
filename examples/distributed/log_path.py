import pickle
from multiprocessing import Manager, Process
from pathlib import Path
from tempfile import TemporaryDirectory

LOG = b"INFO ok\n" * 99 + b"ERROR disk is full\n"


def work(task, result):
    path = task.get()
    with open(path, encoding="utf-8") as log:
        errors = sum(line.startswith("ERROR") for line in log)
    result.put(errors)


def size(task):
    return len(pickle.dumps(task))


if __name__ == "__main__":
    with TemporaryDirectory() as folder, Manager() as manager:
        path = Path(folder, "app.log")
        path.write_bytes(LOG * 5000)
        print(f"task with the log: {size(path.read_bytes())} bytes")
        print(f"task with its path: {size(str(path))} bytes")
        task = manager.Queue()
        result = manager.Queue()
        worker = Process(target=work, args=(task, result))
        worker.start()
        task.put(str(path))
        print(f"{result.get()} errors")
        worker.join()
