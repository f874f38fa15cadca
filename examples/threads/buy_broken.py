import threading

total_count = 3
buyers = 5
sold: list[str] = []
all_checked = threading.Barrier(buyers)


def buy() -> None:
    global total_count
    left = total_count  # 查
    if left > 0:
        all_checked.wait()  # 别的线程也都查完了，才往下走
        total_count = left - 1  # 改，用的是查到的旧数
        sold.append(threading.current_thread().name)


print(f"in stock: {total_count}")
threads = [threading.Thread(target=buy) for _ in range(buyers)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"sold: {len(sold)}")
print(f"left: {total_count}")
