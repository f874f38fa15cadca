import asyncio
import threading

done = threading.Event()


def work() -> None:
    print("线程：我照常运行")
    done.set()


async def other() -> None:
    print("另一个任务：轮到我了")


async def main() -> None:
    thread = threading.Thread(target=work)
    async with asyncio.TaskGroup() as group:
        group.create_task(other())
        print("等待开始")
        thread.start()
        done.wait()  # 阻塞事件循环，直到那个线程放行
        print("等待结束")
    thread.join()


asyncio.run(main())
