import threading

printer = threading.Lock()


def checkout(name: str, dishes: list[str]) -> None:
    with printer:
        print(f"-- {name} --")
        for dish in dishes:
            print(f"{dish} for {name}")
        print(f"{name}: {len(dishes)} dishes")


orders = {"Ann": ["soup", "rice"], "Bob": ["tea", "cake"]}
threads = [
    threading.Thread(target=checkout, args=(name, dishes), name=name)
    for name, dishes in orders.items()
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("Closed.")
