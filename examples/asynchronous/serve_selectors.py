import selectors
import socket
import threading

from two_clients import visit


def serve(server: socket.socket, clients: int) -> None:
    selector = selectors.DefaultSelector()
    selector.register(server, selectors.EVENT_READ)
    while clients:
        for key, _ in selector.select():  # 全都没有事，才停在这里
            sock = key.fileobj
            if sock is server:  # 有人连上来
                conn, _ = server.accept()
                conn.setblocking(False)
                selector.register(conn, selectors.EVENT_READ)
            else:  # 有人说话
                data = sock.recv(1024)
                print("服务器收到:", data)
                sock.sendall(data.upper())
                selector.unregister(sock)
                sock.close()
                clients -= 1
    selector.close()


with socket.create_server(("127.0.0.1", 0)) as server:
    server.setblocking(False)
    address = server.getsockname()
    threading.Thread(target=visit, args=[address]).start()
    serve(server, clients=2)
