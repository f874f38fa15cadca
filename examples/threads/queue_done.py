import queue
import threading

orders = queue.Queue()


def cook() -> None:
    while True:
        dish = orders.get()
        try:
            print(f"Cooked {dish[0]}...")
        except Exception as error:
            print(f"Failed: {error!r}")
        finally:
            orders.task_done()  # 成不成都算做完了


threading.Thread(target=cook, daemon=True).start()
for dish in "soup", "", "tea":
    orders.put(dish)
orders.join()
print("All orders are done.")
