from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool


class BadOrder(Exception):
    def __init__(self, dish: str, reason: str) -> None:
        super().__init__(dish, reason)  # 两个都交给 Exception
        self.dish = dish
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.dish}: {self.reason}"


def cook() -> None:
    raise BadOrder("cake", "no eggs")


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as executor:
        try:
            executor.submit(cook).result()
        except BadOrder as error:
            print(f"ProcessPoolExecutor: {error}")

    with Pool(2) as p:
        try:
            p.apply(cook)
        except BadOrder as error:
            print(f"Pool: {error}")
