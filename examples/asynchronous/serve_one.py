import socket
import threading


def serve(conn: socket.socket) -> None:
    with conn:
        data = conn.recv(1024)  # 它不说话，就停在这里
        print("服务器收到:", data)
        conn.sendall(data.upper())


def visit(address: tuple[str, int]) -> None:
    with (
        socket.create_connection(address) as first,
        socket.create_connection(address) as second,
    ):
        second.sendall(b"second")
        print("second 说了，还没有人理")
        first.sendall(b"first")
        print("first 收到:", first.recv(1024))
        print("second 收到:", second.recv(1024))


with socket.create_server(("127.0.0.1", 0)) as server:
    address = server.getsockname()
    threading.Thread(target=visit, args=[address]).start()
    for _ in range(2):
        conn, _ = server.accept()
        serve(conn)
