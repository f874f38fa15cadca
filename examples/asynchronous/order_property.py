import asyncio
import random

from virtual_clock import run

balance = 0


async def withdraw(amount: int, chance: random.Random) -> None:
    global balance
    await asyncio.sleep(chance.random())  # 什么时候来
    if balance >= amount:
        await asyncio.sleep(chance.random())  # 问银行
        balance -= amount


async def main(seed: int) -> int:
    global balance
    balance = 100
    chance = random.Random(seed)
    await asyncio.gather(*[withdraw(60, chance) for _ in range(2)])
    return balance


results = [run(main(seed)) for seed in range(200)]
wrong = [seed for seed, left in enumerate(results) if left < 0]
print("试过的次序: 200")
print("余额是负数的:", len(wrong))
print("再来一次第一个:", run(main(wrong[0])))
