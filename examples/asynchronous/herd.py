import multiprocessing
import selectors
import socket


def serve(server: socket.socket, woken, results) -> None:
    server.setblocking(False)
    with server, selectors.DefaultSelector() as selector:
        selector.register(server, selectors.EVENT_READ)
        for _ in selector.select():
            woken.wait()  # 三个都醒了，才去接
            try:
                server.accept()[0].close()
                results.put("接到了")
            except BlockingIOError:
                results.put("白醒一次")


def main() -> None:
    woken = multiprocessing.Barrier(3)
    results = multiprocessing.Queue()
    with socket.create_server(("127.0.0.1", 0)) as server:
        args = (server, woken, results)
        workers = [
            multiprocessing.Process(target=serve, args=args)
            for _ in range(3)
        ]
        for w in workers:
            w.start()
        with socket.create_connection(server.getsockname()):
            print(sorted(results.get() for _ in workers))
    for w in workers:
        w.join()


if __name__ == "__main__":
    main()
