import logging
from multiprocessing import Pool


def cook(dish: str) -> None:
    log = logging.getLogger("kitchen")
    log.addHandler(logging.StreamHandler())  # 每个任务又加一个
    log.warning("%s ready", dish)


if __name__ == "__main__":
    with Pool(1) as p:
        p.map(cook, ["soup", "rice", "tea"])
