from concurrent.futures import ThreadPoolExecutor


def buy(what: str) -> str:
    return f"{what} bought"


def cook(bought: str) -> str:
    return f"{bought} and cooked"


with ThreadPoolExecutor(max_workers=1) as pool:
    for bought in pool.map(buy, ["soup", "rice"]):
        print(pool.submit(cook, bought).result())
