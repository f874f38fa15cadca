import queue

orders = queue.PriorityQueue()
orders.put((1, {"dish": "soup"}))
try:
    orders.put((1, {"dish": "rice"}))  # 和上一个一样急
except TypeError as error:
    print(f"TypeError: {error}")
