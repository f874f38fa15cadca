import asyncio
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def timed(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        print("timed: 开始计时")
        result = function(*args, **kwargs)  # 得到的只是协程对象
        print("timed: 停止计时")
        return result

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
