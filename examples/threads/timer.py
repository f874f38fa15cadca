import threading

rang = threading.Event()


def ring() -> None:
    print("Ring!")
    rang.set()


soon = threading.Timer(0.1, ring)
later = threading.Timer(3600, ring)
later.start()
print("It will ring in 0.1 seconds.")
soon.start()
rang.wait()
later.cancel()  # 不取消，程序要等一个小时才结束
print("The other one is cancelled.")
