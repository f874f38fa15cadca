import asyncio
import os
import signal
import sys


async def serve() -> None:
    try:
        print("serve: 开着")
        os.kill(os.getpid(), signal.SIGTERM)  # 当作 systemd 发来的
        await asyncio.Event().wait()
    finally:
        print("serve: 收尾")


async def main() -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    await serve()


if not hasattr(os, "fork"):
    sys.exit("这个系统没有 os.fork，也用不了 add_signal_handler")
try:
    asyncio.run(main())
except asyncio.CancelledError:
    print("停好了")

# /// script
# [tool.witness]
# needs = ["fork"]
# ///
