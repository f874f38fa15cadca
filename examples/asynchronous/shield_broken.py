import asyncio


async def pay(go: asyncio.Event) -> str:
    print("pay: 付到一半")
    await go.wait()
    print("pay: 付完了")
    return "收据"


async def order(paying: asyncio.Task[str]) -> None:
    try:
        print("order:", await paying)
    except asyncio.CancelledError:
        print("order: 被取消，付款取消了吗", paying.cancelled())
        raise


async def main() -> None:
    go = asyncio.Event()
    paying = asyncio.create_task(pay(go))
    ordering = asyncio.create_task(order(paying))
    await asyncio.sleep(0)
    ordering.cancel()
    await asyncio.wait([ordering])
    go.set()
    print("main: 没有收据，只有取消", paying.cancelled())


asyncio.run(main())
