# /// script
# dependencies = ["trio==0.35.0"]
# ///
import trio


async def work(name: str) -> None:
    for step in "123":
        print(name + step)
        await trio.lowlevel.checkpoint()  # 只让出一次


async def main() -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(work, "A")
        nursery.start_soon(work, "B")


trio.run(main)
