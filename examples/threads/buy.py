import threading

total_count = 3
buyers = 5
sold: list[str] = []
all_arrived = threading.Barrier(buyers)
lock = threading.Lock()


def buy() -> None:
    global total_count
    all_arrived.wait()  # 五个线程一齐来抢
    with lock:
        left = total_count  # 查
        if left > 0:
            total_count = left - 1  # 改
            sold.append(threading.current_thread().name)


print(f"in stock: {total_count}")
threads = [threading.Thread(target=buy) for _ in range(buyers)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"sold: {len(sold)}")
print(f"left: {total_count}")
