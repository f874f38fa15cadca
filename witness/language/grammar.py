"""The words of a result file: its command, who printed a line, its last line, its types, its arithmetic."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

TYPES = {
    "pid": "a process number; two names are two processes",
    "worker": "a process number; the actor of this name is a pool's worker, as others may be, one after the other",
    "int": "an integer",
    "float": "a decimal number, with as many decimals as recorded",
}

PROPOSED = "# proposed: keep of each annotation what the program guarantees, see docs/how.md; then delete this line\n"
"""The last line of a result file that no person has accepted yet."""

PROCESS = r"[1-9][0-9]{0,9}"
INTEGER = r"(?:0|-?[1-9][0-9]*)"
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
HEAD = re.compile(
    r"(?P<actor>(?!(?:as|after) )[A-Za-z_][\w.-]*)?"
    r"(?:(?:^| )as (?P<label>\w+))?"
    r"(?:(?:^| )after (?P<after>\w+(?:, \w+)*))?"
)
COMMAND = re.compile(
    r"\$ python (?P<unbuffered>-u )?(?P<program>(?P<stem>[\w./-]+)\.py)"
    r"(?: (?P<redirect>\| cat|> (?P=stem)\.txt; cat (?P=stem)\.txt))?"
    r"(?:  # after (?P<after>\w+))?"
)
STATUS = re.compile(r"\[(?P<kind>exit|signal) (?P<number>[1-9][0-9]*)\]")
VARIABLE = re.compile(
    r"(?P<name>[A-Za-z_]\w*):(?P<type>\w+)=(?P<value>\S*)(?: in (?!\.\.$)(?P<low>\S*?)\.\.(?P<high>\S*))?"
)
FORMAT = re.compile(r"(?:0?[0-9]{0,2}(?:\.[0-9]{1,2})?[df]?)?")
"""How a computed part may be formatted: a format specification of Python's whose outcome is a number of digits."""

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_NODES = (ast.Expression, ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.USub, ast.BinOp, *_OPERATORS)
_LONGEST, _LARGEST = 200, 1 << 4096
"""An expression of more characters, or a number on the way that is larger, is not meant for a reader."""


def head_of(line: str) -> tuple[re.Match[str], str] | None:
    """Who prints `line`, and the rest of it; None where it does not say."""
    head, bar, rest = line.partition("|")
    match = HEAD.fullmatch(head)
    return (match, rest[1:]) if match and head.lstrip() == head != "" and bar and rest[:1] in ("", " ") else None


def names(expression: str) -> frozenset[str]:
    """The names in an arithmetic expression; `SyntaxError` if it is none."""
    nodes = list(ast.walk(_tree(expression)))
    numbers = [node.value for node in nodes if isinstance(node, ast.Constant)]
    if not all(isinstance(node, _NODES) for node in nodes) or not all(
        type(number) in (int, float) for number in numbers
    ):
        raise SyntaxError
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def evaluate(expression: str, values: Mapping[str, int | float]) -> int | float:
    """The value of an arithmetic expression; `ArithmeticError` if it has none that can be printed."""
    return _value(_tree(expression).body, values)


def _tree(expression: str) -> ast.Expression:
    if len(expression) > _LONGEST:
        raise SyntaxError
    try:
        return ast.parse(expression.strip(), mode="eval")
    except (ValueError, RecursionError, MemoryError):
        raise SyntaxError from None


def _value(node: ast.expr, values: Mapping[str, int | float]) -> int | float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            first, second = _value(left, values), _value(right, values)
            if isinstance(op, ast.Pow) and abs(second) > 64:
                raise OverflowError("the exponent is over 64")
            value = _OPERATORS[type(op)](first, second)
            if not isinstance(value, int | float):
                raise ArithmeticError(f"{first} ** {second} is no real number")
            if abs(value) > _LARGEST:
                raise OverflowError("the number is too large")
            return value
    raise AssertionError(node)
