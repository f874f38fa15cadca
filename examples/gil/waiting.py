import socket
import threading
import time

READERS = 4


def read(sock, all_ready, waits):
    name = threading.current_thread().name
    print(f"{name} waits.")
    start = time.perf_counter()
    all_ready.wait()
    sock.recv(1)  # 没有数据，停在这里；停下的线程不占 GIL
    waits.append((start, time.perf_counter()))
    print(f"{name} goes on.")


if __name__ == "__main__":
    all_ready = threading.Barrier(READERS + 1)
    waits = []
    sender, receiver = socket.socketpair()
    readers = [
        threading.Thread(
            target=read,
            args=(receiver, all_ready, waits),
            name=f"reader-{i}",
        )
        for i in range(READERS)
    ]
    with sender, receiver:
        for t in readers:
            t.start()
        all_ready.wait()
        time.sleep(0.1)
        print("main sends.")
        sender.sendall(b"." * READERS)  # 一人一个字节
        for t in readers:
            t.join()
    starts, ends = zip(*waits)
    together = min(ends) - max(starts)
    print(f"{READERS} threads waited together for {together:.2f} s")
