"""The grammar of a result file as regular expressions, and the arithmetic of its computed parts."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

PROPOSED = "# proposed: keep only what the program guarantees, see docs/how.md; then delete this line\n"
"""The last line of a proposed result file. A person deletes it to accept the proposal."""

COMPUTED = r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+][0-9]+)?"
BOUND = re.compile(r"(?:0|-?[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?")
HEAD = re.compile(
    r"(?P<actor>(?!(?:as|after|with|still|times|because) )[A-Za-z_][\w.-]*(?:/[\w.-]*)?)?"
    r"(?:(?:^| )as (?P<label>\w+))?"
    r"(?:(?:^| )after (?P<after>\w+(?:, \w+)*))?"
    r"(?:(?:^| )(?P<still>still)(?= |$))?(?:(?:^| )with (?P<lock>[^\W\d]\w*))?"
    r"(?:(?:^| )times (?P<low>[0-9]{1,4})\.\.(?P<high>[0-9]{1,4})?)?"
    r"(?:(?:^| )because (?P<because>\S(?:[^|]*[^|\s])?))?"
)
MISWRITTEN = re.compile(r"(?:[A-Za-z_][\w./-]* )?(?:as|after|times|because) [^|｜]*[|｜].*")
"""A line that has words of a head before a bar. If it is no head, these are hardly ever printed text."""
COMMAND = re.compile(
    r"\$ (?P<environment>(?:[A-Z_][A-Z0-9_]*=[^\s'\"$`|>]* )*)"
    r"python(?P<options>(?: -(?:u|O|OO|I|E|s|S|b|B|q|[XW] ?[\w.:=-]+))*)"
    r" (?:-m (?P<module>[\w.]+)|(?P<program>(?P<stem>[\w./-]+)\.py))(?P<arguments>(?: [^\s'\"$`|>#;&]+)*?)"
    r"(?: (?P<redirect>\| cat|> (?P=stem)\.txt; cat (?P=stem)\.txt))?"
    r"(?:  # after (?P<after>\w+))?"
)
KEY = re.compile(r"(?P<key>\^[CD\\])(?:  # after (?:(?P<pause>[0-9]+(?:\.[0-9]+)?) s|(?P<after>\w+)))?")
UNENDED = "[no newline]"
"""The line below the last line of a terminal whose output did not end with a newline."""
STATUS = re.compile(r"\[(?P<kind>exit|signal) (?P<number>[1-9][0-9]{0,9})\]")
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
_TOKENS = re.compile(
    r"(?:[^\W\d]\w*+|(?:[0-9][0-9_]*+\.?[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?+(?![\w.])|[-+*/%()\s])*+"
)
"""Names, numbers and operators. Python would warn of what is none of these, such as `1if`, before it refuses it."""
_LONGEST, _LARGEST = 200, 1 << 4096
"""The most characters of an expression and the largest intermediate result; beyond these, no reader could follow."""


def head_of(line: str) -> tuple[re.Match[str], str] | None:
    """Split `line` into the match of `HEAD` before the bar and the text after it; return None if it has no head."""
    head, bar, rest = line.partition("|")
    match = HEAD.fullmatch(head)
    return (match, rest[1:]) if match and head.lstrip() == head != "" and bar and rest[:1] in ("", " ") else None


def is_text(line: str) -> bool:
    """Return whether a printed line can stand in a result file unquoted, since nothing in the grammar matches it."""
    other = line == UNENDED or line.startswith(("<<<<<<< ", PROPOSED[:11]))
    return not (head_of(line) or other or any(word.fullmatch(line) for word in (MISWRITTEN, COMMAND, STATUS, KEY)))


def members(source: str) -> tuple[str, ...]:
    """Split a set display such as ``20, 10, 30`` at its commas, except for commas in round or square brackets."""
    found, depth = [""], 0
    for piece in re.findall(r", |.", source):
        depth += (piece in "([") - (piece in ")]")
        if piece == ", " and not depth:
            found.append("")
        else:
            found[-1] += piece
    return tuple(found)


def names(expression: str) -> frozenset[str]:
    """Return the names in an arithmetic expression. Raises `SyntaxError` if it is not an arithmetic expression."""
    nodes = list(ast.walk(_tree(expression)))
    for node in nodes:
        if not isinstance(node, _NODES) or (isinstance(node, ast.Constant) and type(node.value) not in (int, float)):
            raise SyntaxError
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def evaluate(expression: str, values: Mapping[str, int | float]) -> int | float:
    """Return the value of an arithmetic expression. Raises `ArithmeticError` if it has no value, or too large a one."""
    return _value(_tree(expression).body, values)


def _tree(expression: str) -> ast.Expression:
    if len(expression) > _LONGEST or not _TOKENS.fullmatch(expression):
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
                raise ArithmeticError(f"{first} ** {second} is not a real number")
            if abs(value) > _LARGEST:
                raise OverflowError("the number is too large")
            return value
    raise AssertionError(node)
