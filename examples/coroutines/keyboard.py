import asyncio
import signal


async def main() -> None:
    signal.raise_signal(signal.SIGINT)  # 相当于这时按下 Ctrl+C
    print("main: 没有 await，接着走")
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        print("main: 到了 await，收到取消")
        raise


signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("到了外面是 KeyboardInterrupt")
