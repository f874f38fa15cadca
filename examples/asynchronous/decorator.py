import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def timed(
    function: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(function)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        start = time.perf_counter()
        try:
            return await function(*args, **kwargs)
        finally:  # 出错、被取消，也报告
            seconds = time.perf_counter() - start
            print(f"{function.__name__}: {seconds:.3f} 秒")

    return wrapper


@timed
async def cook(dish: str) -> str:
    print("cook: 开始")
    await asyncio.sleep(0.1)
    print("cook: 做好")
    return dish


async def main() -> None:
    print("main: 得到", await cook("汤"))


asyncio.run(main())
