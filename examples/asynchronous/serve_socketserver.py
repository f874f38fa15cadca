import socketserver
import threading

from two_clients import visit


class Upper(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line = self.rfile.readline()
        print("服务器收到:", line)
        self.wfile.write(line.upper())


address = ("127.0.0.1", 0)
with socketserver.ThreadingTCPServer(address, Upper) as server:
    threading.Thread(target=server.serve_forever).start()
    visit(server.server_address)
    server.shutdown()
