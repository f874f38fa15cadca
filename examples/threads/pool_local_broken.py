import threading
from concurrent.futures import ThreadPoolExecutor

local = threading.local()


def handle(request: int, user: str | None) -> None:
    if user is not None:
        local.user = user
    name = getattr(local, "user", "nobody")
    print(f"request {request}: Hello, {name}")


with ThreadPoolExecutor(max_workers=1) as pool:
    pool.submit(handle, 1, "Alice").result()
    pool.submit(handle, 2, None).result()
