"""The number of orders of a result is the number of its lines' permutations that are legal."""

from itertools import permutations

import pytest
from helpers import output, result

from witness.language import Run, decide, first_alike, orders

CASES = {
    "a / b / c": 1,
    "x| a / y| b": 2,
    "x| a / y| b / x| c": 3,
    "x| a / x| b / y| c / y| d": 6,
    "a / x| b / y| c / d / x| e / y| f / z| g": 12,
    "x as l| a / y| b / y after l| c": 2,
    "x as l| a / y after l| b / x as m| c / y after m| d / y| e": 2,
    "main/| a / main/| b / w| c": 6,
    "main/a| a / main/a| b / main/| c": 3,
    "x with k| a / x still with k| b / y with k| c / y still with k| d / z| e": 10,
    "x with k| a / x still with k| b / y with k| c / y| d": 4,
    "x| a / x still| b / y| c / y| d": 3,
    "x| a / y| a": 1,
    "x| a / x| b / y| a / y| b": 2,
    "x| a / x| b / y| a / y| c": 4,
    "x| a / y as l| a / z after l| b": 2,
    "x| a / y| a / z| a / w| b": 4,
}


@pytest.mark.parametrize("text", CASES)
def test_possible_orders_are_those_that_are_legal(text: str) -> None:
    page = result(text)
    (terminal,) = page.terminals
    texts = [page.text(line) for line in page.lines]
    legal = {order for order in permutations(texts) if decide(page, Run((output(" / ".join(order)),))).legal}
    assert orders(terminal) == CASES[text] == len(legal)


def test_too_many_are_not_counted() -> None:
    many = [result(" / ".join(f"{name}| {name}" for name in "abcdefghijklmnopqrst"[:lanes])) for lanes in (6, 7, 20)]
    assert [orders(page.terminals[0]) for page in many] == [720, None, None]
    twice = result("x| a / y| b / end / " * 10 + "end")
    assert orders(twice.terminals[0]) is None
    assert orders(result("times 0..| a / x| b / y| c").terminals[0]) is None


def test_lines_that_read_the_same_are_one() -> None:
    page = result("x| a / y| a / x| {n:int=3} / y| {m:int=3} / y| b")
    assert list(first_alike(page.lines).values()) == [2, 2, 4, 5, 6]
    assert orders(page.terminals[0]) == 7
