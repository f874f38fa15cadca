import gc
import unittest
import warnings


async def double(number: int) -> int:
    return 3 * number  # 写错了


class DoubleTest(unittest.TestCase):
    async def test_double(self) -> None:
        self.assertEqual(await double(2), 4)


class AsyncDoubleTest(unittest.IsolatedAsyncioTestCase):
    async def test_double(self) -> None:
        self.assertEqual(await double(2), 4)


for case in [DoubleTest, AsyncDoubleTest]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = case("test_double").run()
        gc.collect()
    assert result
    print(case.__name__, "通过:", result.wasSuccessful())
    for name in sorted(warning.category.__name__ for warning in caught):
        print("警告:", name)
