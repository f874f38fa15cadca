from concurrent.futures import ThreadPoolExecutor


def cook(dish: str) -> str:
    if dish == "cake":
        raise ValueError("no eggs")
    return f"{dish} ready"


with ThreadPoolExecutor() as pool:
    try:
        for answer in pool.map(cook, ["soup", "cake", "tea"]):
            print(answer)
    except ValueError as error:
        print(f"map: {error}")
