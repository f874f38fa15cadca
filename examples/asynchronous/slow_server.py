"""一个慢的 HTTP 服务器，给别的程序用；单独运行，就一直开着。

/7         过 0.02 秒回答
/7?late=1  过 1 秒回答
/7?busy=2  先回答两次 503，再回答 200
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

lock = threading.Lock()
seen: Counter[str] = Counter()
now = most = 0  # 正在回答的个数，最多的时候


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        global now, most
        url = urlsplit(self.path)
        wish = parse_qs(url.query)
        with lock:
            seen[self.path] += 1
            now += 1
            most = max(most, now)
        time.sleep(float(wish.get("late", ["0.02"])[0]))
        with lock:
            now -= 1
        busy = seen[self.path] <= int(wish.get("busy", ["0"])[0])
        body = f"page {url.path}\n".encode()
        self.send_response(503 if busy else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass  # 不打印每个请求


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *args: object) -> None:
        pass  # 客户端等不及，先断开了


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    with Server(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


if __name__ == "__main__":
    with serving(8000) as url:
        input(f"{url}，按 Enter 结束\n")
