import threading
from concurrent.futures import ThreadPoolExecutor

local = threading.local()


def handle(request: int, user: str | None) -> None:
    local.user = user or "nobody"
    try:
        print(f"request {request}: Hello, {local.user}")
    finally:
        del local.user


with ThreadPoolExecutor(max_workers=1) as pool:
    pool.submit(handle, 1, "Alice").result()
    pool.submit(handle, 2, None).result()
