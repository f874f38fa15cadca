import threading

buyers = 3
all_running = threading.Barrier(buyers)
all_counted = threading.Barrier(buyers)


def buy() -> None:
    name = threading.current_thread().name
    all_running.wait()
    others = threading.active_count() - 2  # 除去主线程和自己
    print(f"{name} begins, other buyers running: {others}")
    all_counted.wait()
    print(f"{name} ends")


threads = [
    threading.Thread(target=buy, name=f"Buyer-{i}")
    for i in range(1, buyers + 1)
]
for t in threads:
    t.start()
for t in threads:
    t.join()
