import threading

atoms: list[str] = []
hydrogen = threading.Semaphore(2)  # 一个分子，两个 H
oxygen = threading.Semaphore(1)
complete = threading.Barrier(3)


def bond(atom: str, places: threading.Semaphore) -> None:
    with places:
        complete.wait()  # 三个都到了，才一起成为分子
        atoms.append(atom)


threads = [
    threading.Thread(target=bond, name=atom, args=(atom, places))
    for atom, places in [("H", hydrogen)] * 4 + [("O", oxygen)] * 2
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print([sorted(atoms[i : i + 3]) for i in (0, 3)])
