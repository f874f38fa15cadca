# /// script
# requires-python = ">=3.13"
#
# [tool.witness]
# needs = ["free-threaded"]
# ///
import threading

stock = 400_000


def buy(buyer: int) -> None:
    global total_count
    all_arrived.wait()
    while True:
        if total_count > 0:
            total_count -= 1
            sold[buyer] += 1
        else:
            break


sold = [0, 0, 0, 0]
while sum(sold) <= stock:  # 重来，直到超卖
    total_count = stock
    sold = [0, 0, 0, 0]
    all_arrived = threading.Barrier(4)
    threads = [
        threading.Thread(target=buy, args=(i,)) for i in range(4)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
print(f"in stock: {stock}")
print(f"sold: {sum(sold)}")
