import asyncio

steps = 0


async def walk() -> None:
    global steps
    while True:
        steps += 1
        await asyncio.sleep(0.001)


async def main() -> None:
    task = asyncio.create_task(walk())
    name = await asyncio.to_thread(input, "Name? ")
    task.cancel()
    print(f"{name} typed. Steps of the task: {steps}")


asyncio.run(main())
