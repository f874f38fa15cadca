import threading

total_count = 3
buyers = 5
sold: list[str] = []
all_checked = threading.Barrier(buyers)
lock = threading.Lock()


def buy() -> None:
    global total_count
    if total_count > 0:  # 查，在锁外面
        all_checked.wait()
        with lock:  # 锁只管住了改
            total_count -= 1
            sold.append(threading.current_thread().name)


print(f"in stock: {total_count}")
threads = [threading.Thread(target=buy) for _ in range(buyers)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"sold: {len(sold)}")
print(f"left: {total_count}")
