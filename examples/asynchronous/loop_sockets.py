import selectors
import socket

import tiny_loop

selector = selectors.DefaultSelector()


def wait(seconds: float | None) -> None:
    """等时间，也等套接字，谁先到都醒。"""
    for key, _ in selector.select(seconds):
        tiny_loop.ready.append(key.data)


async def receive(sock: socket.socket) -> bytes:
    future = tiny_loop.Future()
    selector.register(sock, selectors.EVENT_READ, future.finish)
    await future
    selector.unregister(sock)
    return sock.recv(1024)


async def server(sock: socket.socket) -> None:
    print("server: 等客人")
    data = await receive(sock)
    sock.sendall(data.upper())


async def main() -> None:
    here, there = socket.socketpair()
    with here, there:
        tiny_loop.create_task(server(there))
        await tiny_loop.sleep(0.1)
        print("main: 发出 hello")
        here.sendall(b"hello")
        print("main: 收到", (await receive(here)).decode())


unused = socket.socketpair()  # 在 Windows 上，不能一个也不等
selector.register(unused[0], selectors.EVENT_READ)
tiny_loop.wait = wait
tiny_loop.run(main())
