import asyncio
import errno
import sys

try:
    import resource
except ImportError:
    sys.exit("这个系统没有 resource 模块，降不了文件描述符的上限")

CLIENTS = 100
LIMIT = 50


def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.close()


async def ask(port: int, reported: asyncio.Event) -> None:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        await reported.wait()  # 等服务器也碰到上限
        raise
    try:
        await asyncio.Event().wait()  # 一直占着连接
    finally:
        writer.close()


async def main() -> None:
    reports = set()
    reported = asyncio.Event()

    def report(loop: object, context: dict) -> None:
        reports.add(context["message"])
        reported.set()

    asyncio.get_running_loop().set_exception_handler(report)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(ask(port, reported))
    except* OSError as failed:
        names = {errno.errorcode[e.errno] for e in failed.exceptions}
        print("客户端:", *names)
        print("服务器:", *reports)
    server.close()


_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, hard))
asyncio.run(main())

# /// script
# [tool.witness]
# needs = ["resource"]
# ///
