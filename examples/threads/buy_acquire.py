import threading

total_count = 1000
sold = [0, 0, 0, 0]
lock = threading.Lock()


def buy(buyer: int) -> None:
    global total_count
    while True:
        lock.acquire()
        try:
            if total_count > 0:
                total_count -= 1
                sold[buyer] += 1
            else:
                break
        finally:
            lock.release()


threads = [threading.Thread(target=buy, args=(i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(f"sold: {sum(sold)}")
print(f"left: {total_count}")
