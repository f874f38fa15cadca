# /// script
# requires-python = ">=3.12.3"
# ///
import asyncio
import sys
import threading
import warnings

if sys.version_info < (3, 12, 3):
    sys.exit("这个程序需要 Python 3.12.3 或更新的版本")

go = threading.Event()


def work() -> None:
    go.wait()
    print("线程：现在才做完")


async def main() -> None:
    asyncio.get_running_loop().run_in_executor(None, work)


# asyncio.run 结束时也这样等线程，只是时限为 300 秒
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    loop.run_until_complete(loop.shutdown_default_executor(0.1))
loop.close()
print("不等了:", caught[0].category.__name__)

print("主线程：只剩最后一行")
threading.Timer(0.1, go.set).start()
