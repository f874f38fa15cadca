import socketserver
import threading

from two_clients import visit


class Upper(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line = self.rfile.readline()
        print("服务器收到:", line)
        self.wfile.write(line.upper())


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Upper) as server:
    address = server.server_address
    threading.Thread(target=visit, args=[address]).start()
    for _ in range(2):
        server.handle_request()
