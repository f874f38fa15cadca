import asyncio

handlers: set[asyncio.Task] = set()
busy, go = asyncio.Event(), asyncio.Event()


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    task = asyncio.current_task()
    assert task
    handlers.add(task)
    task.add_done_callback(handlers.discard)  # 做完了，就去掉
    line = await reader.readline()
    print("服务器: 开始做", line)
    busy.set()
    await go.wait()  # 要做一阵
    print("服务器: 做完了")
    writer.write(b"done\n")
    writer.close()
    await writer.wait_closed()  # 送完了，才算做完


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"order\n")
    await busy.wait()

    server.close()  # 不再接新的连接
    try:
        await asyncio.open_connection(host, port)
    except OSError:
        print("新的客户端: 连不上了")

    go.set()
    if handlers:
        await asyncio.wait(handlers, timeout=10)  # 手上的做完
    print("服务器: 停了，没做完的", len(handlers))
    print("旧的客户端收到:", await reader.read())
    writer.close()


asyncio.run(main())
