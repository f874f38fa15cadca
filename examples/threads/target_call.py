import threading


def buy() -> None:
    print(f"buy() runs in {threading.current_thread().name}")


print("target=buy()")
wrong = threading.Thread(target=buy(), name="Buyer-1")
print("Buyer-1 starts")
wrong.start()
wrong.join()
print("Buyer-1 ended")

print("target=buy")
right = threading.Thread(target=buy, name="Buyer-2")
print("Buyer-2 starts")
right.start()
right.join()
print("Buyer-2 ended")
