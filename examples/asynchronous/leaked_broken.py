import asyncio
import unittest


async def save() -> None:
    await asyncio.sleep(60)


async def handle() -> str:
    asyncio.create_task(save(), name="save")  # 没有人等它
    return "收到"


class HandleTest(unittest.IsolatedAsyncioTestCase):
    async def asyncTearDown(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        self.assertEqual([task.get_name() for task in left], [])

    async def test_handle(self) -> None:
        self.assertEqual(await handle(), "收到")


unittest.main()
