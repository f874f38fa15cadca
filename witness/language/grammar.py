"""The words of a result file: its command, who printed a line, what is pressed, its last lines, its arithmetic."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

PROPOSED = "# proposed: keep of each annotation what the program guarantees, see docs/how.md; then delete this line\n"
"""The last line of a result file that no person has accepted yet."""

COMPUTED = r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+][0-9]+)?"
BOUND = re.compile(r"(?:0|-?[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?")
HEAD = re.compile(
    r"(?P<actor>(?!(?:as|after|times|because) )[A-Za-z_][\w.-]*(?:/[\w.-]*)?)?"
    r"(?:(?:^| )as (?P<label>\w+))?"
    r"(?:(?:^| )after (?P<after>\w+(?:, \w+)*))?"
    r"(?:(?:^| )times (?P<low>[0-9]{1,4})\.\.(?P<high>[0-9]{1,4})?)?"
    r"(?:(?:^| )because (?P<because>\S(?:[^|]*[^|\s])?))?"
)
_MARK = "<<<<<<< "
CONFLICT = re.compile(rf"^{_MARK}.*^={{7}}$.*^>{{7}} ", re.MULTILINE | re.DOTALL)
"""What git leaves where two branches changed the same lines."""
COMMAND = re.compile(
    r"\$ (?P<environment>(?:[A-Z_][A-Z0-9_]*=[^\s'\"$`|>]* )*)"
    r"python(?P<options>(?: -(?:u|O|OO|I|E|s|S|b|B|q|[XW] ?[\w.:=-]+))*)"
    r" (?:-m (?P<module>[\w.]+)|(?P<program>(?P<stem>[\w./-]+)\.py))(?P<arguments>(?: [^\s'\"$`|>#;&]+)*?)"
    r"(?: (?P<redirect>\| cat|> (?P=stem)\.txt; cat (?P=stem)\.txt))?"
    r"(?:  # after (?P<after>\w+))?"
)
KEY = re.compile(r"(?P<key>\^[CD\\])(?:  # after (?:(?P<pause>[0-9]+(?:\.[0-9]+)?) s|(?P<after>\w+)))?")
UNENDED = "[no newline]"
"""It stands below the last line of a terminal if that did not end with a newline."""
STATUS = re.compile(r"\[(?P<kind>exit|signal) (?P<number>[1-9][0-9]*)\]")
VARIABLE = re.compile(
    r"(?P<name>[A-Za-z_]\w*):(?P<type>(?P<typed>input)|(?P<text>text)|\w+)(?P<format>!r|:[^={}]*=?[^={}]*)??"
    r"=(?P<value>.*?)(?(typed)|(?: (?P<how>in|each) (?P<allowed>.+?))?(?(text)|(?: of (?P<most>[1-9][0-9]?))?))"
)

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


def is_text(line: str) -> bool:
    """Whether a printed line can stand in a file as it is, and is not taken for something else."""
    other = line == UNENDED or line.startswith((_MARK, PROPOSED[:11]))
    return not (head_of(line) or other or any(word.fullmatch(line) for word in (COMMAND, STATUS, KEY)))


def members(source: str) -> tuple[str, ...]:
    """The members of a set display such as ``20, 10, 30``: what stands between commas that are in no bracket."""
    found, depth = [""], 0
    for piece in re.findall(r", |.", source):
        depth += (piece in "([") - (piece in ")]")
        if piece == ", " and not depth:
            found.append("")
        else:
            found[-1] += piece
    return tuple(found)


def names(expression: str) -> frozenset[str]:
    """The names in an arithmetic expression; `SyntaxError` if it is none."""
    nodes = list(ast.walk(_tree(expression)))
    for node in nodes:
        if not isinstance(node, _NODES) or (isinstance(node, ast.Constant) and type(node.value) not in (int, float)):
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
