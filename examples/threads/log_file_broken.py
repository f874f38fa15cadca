import logging
from multiprocessing import get_context

FILE = "kitchen.log"
logging.basicConfig(
    filename=FILE,
    filemode="w",  # 打开时先清空
    level=logging.INFO,
    format="%(message)s",
)


def work() -> None:
    logging.info("child: hello")


if __name__ == "__main__":
    logging.info("parent: before")
    p = get_context("spawn").Process(target=work)
    p.start()
    p.join()
    logging.info("parent: after")
    with open(FILE) as log:
        print(repr(log.read()))
