from concurrent.futures import ThreadPoolExecutor


def cook(dish: str) -> None:
    if dish == "cake":
        raise ValueError("no eggs")
    print(f"{dish} ready")


with ThreadPoolExecutor() as pool:
    for dish in "soup", "cake", "tea":
        pool.submit(cook, dish)  # 结果没有人要
print("All done.")
