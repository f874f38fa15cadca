import queue
import threading
import time


def produce(q: queue.Queue) -> None:
    for n in range(1000):
        q.put(n)  # 满了就等


def consume(q: queue.Queue) -> None:
    for _ in range(1000):
        q.get()


unlimited = queue.Queue()
producer = threading.Thread(target=produce, args=(unlimited,))
producer.start()
producer.join()
print(f"no maxsize: {unlimited.qsize()} items in memory")

limited = queue.Queue(maxsize=10)
producer = threading.Thread(target=produce, args=(limited,))
producer.start()
while not limited.full():
    time.sleep(0.01)
print(f"maxsize=10: {limited.qsize()} items in memory")
print(f"producer waits: {producer.is_alive()}")

consume(limited)
print(f"in the end: {limited.qsize()} items in memory")
producer.join()
