import sys
import threading

stock = total_count = 1_000_000
sold = [0, 0, 0, 0]
all_arrived = threading.Barrier(4)


def buy(buyer: int) -> None:
    global total_count
    all_arrived.wait()
    while True:
        if total_count > 0:
            total_count -= 1
            sold[buyer] += 1
        else:
            break


sys.setswitchinterval(0.000001)  # 尽量频繁地切换线程
print(f"in stock: {stock}")
threads = [threading.Thread(target=buy, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"sold: {sum(sold)}")
