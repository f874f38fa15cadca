import asyncio
import sys

CHILD = "print('x' * 1_000_000)"


async def main() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    print("子进程写的字数:", len(output.strip()))
    print("子进程结束，退出码", process.returncode)


asyncio.run(main())
