# /// script
# dependencies = ["trio==0.35.0"]
# ///
import trio


async def wait_forever() -> None:
    try:
        await trio.sleep_forever()
    finally:
        print("wait_forever: 被取消")


async def fail() -> None:
    await trio.lowlevel.checkpoint()
    raise ValueError("价格不对")


async def main() -> None:
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wait_forever)
            nursery.start_soon(fail)
    except* ValueError as group:
        print("main:", group.exceptions)


trio.run(main)
