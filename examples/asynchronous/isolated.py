import asyncio
import unittest
from collections.abc import Awaitable, Callable
from unittest.mock import AsyncMock


async def retry(fetch: Callable[[], Awaitable[str]]) -> str:
    try:
        return await fetch()
    except ConnectionError:
        return await fetch()


class RetryTest(unittest.IsolatedAsyncioTestCase):
    async def test_second_time(self) -> None:
        fetch = AsyncMock(side_effect=[ConnectionError, "网页"])
        self.assertEqual(await retry(fetch), "网页")
        self.assertEqual(fetch.await_count, 2)

    async def test_gives_up(self) -> None:
        fetch = AsyncMock(side_effect=ConnectionError)
        with self.assertRaises(ConnectionError):
            await retry(fetch)

    async def test_can_be_cancelled(self) -> None:
        fetch = AsyncMock(side_effect=asyncio.Event().wait)
        task = asyncio.create_task(retry(fetch))
        await asyncio.sleep(0)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertEqual(fetch.await_count, 1)


unittest.main()
