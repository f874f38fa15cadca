import logging
import threading

logging.basicConfig(
    level=logging.INFO, format="%(threadName)s: %(message)s"
)


def cook(dish: str) -> None:
    logging.info("%s begun", dish)
    try:
        if dish == "cake":
            raise ValueError("no eggs")
        logging.info("%s ready", dish)
    except ValueError:
        logging.exception("%s failed", dish)


threads = [
    threading.Thread(target=cook, args=(dish,), name=name)
    for name, dish in (("Ann", "soup"), ("Bob", "rice"))
]
for t in threads:
    t.start()
for t in threads:
    t.join()
cook("cake")
