import multiprocessing
import os
import socket

from two_clients import visit


def serve(server: socket.socket) -> None:
    with server:
        conn, _ = server.accept()  # 两个进程都等在这里
    with conn:
        data = conn.recv(1024)
        print(os.getpid(), "收到:", data)
        conn.sendall(data.upper())


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        for _ in range(2):
            multiprocessing.Process(target=serve, args=[server]).start()
        visit(server.getsockname())


if __name__ == "__main__":
    main()
