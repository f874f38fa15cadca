from concurrent.futures import ProcessPoolExecutor

settings: dict[str, str] = {}


def prepare(kitchen: str) -> None:
    settings["kitchen"] = kitchen  # 每个工作进程一开始执行一次


def cook(dish: str) -> str:
    return f"{dish} from {settings['kitchen']}"


if __name__ == "__main__":
    with ProcessPoolExecutor(
        2, initializer=prepare, initargs=("north",)
    ) as pool:
        for answer in pool.map(cook, ["soup", "rice", "tea"]):
            print(answer)
    print(f"in the main process: {settings}")
