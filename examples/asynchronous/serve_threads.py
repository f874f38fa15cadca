import socket
import threading

from two_clients import visit


def serve(conn: socket.socket) -> None:
    with conn:
        data = conn.recv(1024)
        print("服务器收到:", data)
        conn.sendall(data.upper())


with socket.create_server(("127.0.0.1", 0)) as server:
    address = server.getsockname()
    threading.Thread(target=visit, args=[address]).start()
    for _ in range(2):
        conn, _ = server.accept()
        threading.Thread(target=serve, args=[conn]).start()
