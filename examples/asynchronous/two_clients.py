import socket


def visit(address: tuple[str, int]) -> None:
    """first 先连上，一直不说话，等 second 先得到回答。"""
    with (
        socket.create_connection(address) as first,
        socket.create_connection(address) as second,
    ):
        second.sendall(b"second\n")
        print("second 收到:", second.recv(1024))
        first.sendall(b"first\n")
        print("first 收到:", first.recv(1024))
