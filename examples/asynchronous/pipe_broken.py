import asyncio
import sys

CHILD = "print('x' * 1_000_000)"


async def main() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(1):
            code = await process.wait()
            print("子进程结束，退出码", code)
    except TimeoutError:
        print("等不到子进程结束")
        process.kill()
        assert process.stdout
        await process.stdout.read()  # 先读完
        code = await process.wait()
        print("kill 结束了它:", code != 0)


asyncio.run(main())
