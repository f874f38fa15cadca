"""Mutants of programs: a piece of synchronisation is removed or replaced by a sleep. Are they refused?"""

import ast
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from witness.examples import Example
from witness.language import decide, read
from witness.recording import timelines
from witness.recording.repeat import repeat
from witness.running import Play, run
from witness.running.interpreters import own
from witness.tracing import collect
from witness.tracing.collector.calls import STOPS
from witness.tracing.model import TraceError, UnseenError
from witness.tracing.waits import Wait

DOES = (
    *("call", "check_call", "check_output", Wait.CONNECT, Wait.MAP, Wait.NEXT, Wait.PUT, Wait.RUN, Wait.SEND),
    *(Wait.SERVE, Wait.SLEEP, Wait.START, Wait.SYSTEM, Wait.TERMINATE, Wait.WRITE),
)
"""The waits of calls that do something besides waiting, or only take time."""
_CALLS = {name.rpartition(".")[2] for call in STOPS if call.what not in DOES for name in call.names.split()}
WAITS = _CALLS - {"exception", "read"} | {"acquire", "drain", "gather", "shutdown", "wait_closed"}
"""Calls that wait: those of the table, except ambiguous names, and those of locks, executors and asyncio."""
TELLS = re.compile(
    "abort|cancel|close|kill|notify|notify_all|put|put_nowait|release|send|set|set_result|task_done|terminate"
)
BLOCKS = {"ProcessPoolExecutor", "TaskGroup", "ThreadPoolExecutor"}
"""The context managers that wait at the end of their block."""
ENDS = {"cancel", "close", "join", "shutdown", "wait_closed"}
"""The calls that Python makes unnecessary at the end of a program."""
SLEEPS = {False: '__import__("time").sleep(0.3)', True: '__import__("asyncio").sleep(0.3)'}
LIMIT_S = 5
"""The time limit of a mutant in seconds; one that hangs is refused."""
PUSHED = range(1, 21, 2)
"""The numbers of the pushed runs of a mutant that the traced run did not refuse."""


@dataclass(frozen=True)
class ProgramMutant:
    """A mutant of a program: its kind, the line, the change in words, and the text `other` from `start` to `end`."""

    kind: str
    example: Example
    program: Path
    line: int
    how: str
    start: int
    end: int
    other: str

    @property
    def name(self) -> str:
        return f"{self.program.relative_to(self.example.root)}:{self.line}: {self.how}"

    @property
    def source(self) -> str:
        source = self.program.read_text()
        return source[: self.start] + self.other + source[self.end :]


def mutants(example: Example) -> list[ProgramMutant]:
    """Return all mutants of an example; each changes a statement or a block.

    Statements at the end of a program are left out if Python itself then waits for threads, processes and executors,
    or cancels and closes what is left: the program does the same without them. So is a wait for an event that nobody
    has.
    """
    found: dict[str, ProgramMutant] = {}
    for program in example.programs:
        source = program.read_text()
        tree = ast.parse(source)
        functions = {
            node.name: node.body for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        last = set(_last(tree.body, functions))
        for node in (node for node in ast.walk(tree) if node not in last):
            for kind, how, start, end, other in _changes(source, node):
                line = source[:start].count("\n") + 1
                mutant = ProgramMutant(kind, example, program, line, how, start, end, other)
                found.setdefault(mutant.name, mutant)
    return sorted(found.values(), key=lambda mutant: (mutant.program, mutant.start, mutant.kind))


def _last(body: Sequence[ast.stmt], functions: Mapping[str, Sequence[ast.stmt]]) -> Iterator[ast.stmt]:
    """Yield the statements at the end of a program, from the last one on, that only end things or await their end."""
    for node in reversed(body):
        match node:
            case ast.Expr() if _ends(node):
                yield node
            case ast.For(body=inner) if all(map(_ends, inner)):
                yield from inner
            case ast.If(body=inner):
                yield from _last(inner, functions)
                return
            case ast.Expr(value=ast.Call()) if ast.unparse(node) in ("main()", "asyncio.run(main())"):
                yield from _last(functions.get("main", []), functions)
                return
            case ast.With(items=[item]) if _name(item.context_expr).endswith("Executor"):
                yield node
                return
            case _:
                return


def _ends(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else node
    return _name(value.value if isinstance(value, ast.Await) else value) in ENDS


Change = tuple[str, str, int, int, str]


def _changes(source: str, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Expr(value=value):
            asynchronous = isinstance(value, ast.Await)
            called = value.value if isinstance(value, ast.Await) else value
            waits = asynchronous and not isinstance(called, ast.Call)
            if ast.unparse(called).endswith("Event().wait()"):
                return
            if waits or _name(called) in WAITS or TELLS.fullmatch(_name(called)):
                words, start, end = ast.unparse(node), *_span(source, node)
                yield "removed", f"without `{words}`", start, end, "pass"
                if waits or _name(called) in WAITS:
                    sleep = "await " * asynchronous + SLEEPS[asynchronous]
                    yield "slept", f"sleep for `{words}`", start, end, sleep
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if not isinstance(item.context_expr, ast.Call) or _name(item.context_expr) in BLOCKS:
                    words = ast.unparse(item)
                    last = _span(source, items[-1].optional_vars or items[-1].context_expr)[1]
                    start, end = _span(source, node)[0], source.index(":", last)  # there may be a bracket in between
                    yield "removed", f"without `with {words}`", start, end, _without(node, item)


def _without(node: ast.With | ast.AsyncWith, item: ast.withitem) -> str:
    """Return the head of a block without `item`; if the item has a name, its object is made, but not entered."""
    made = "True"
    if item.optional_vars:
        made = f"({ast.unparse(item.optional_vars)} := {ast.unparse(item.context_expr)})"
    rest = ", ".join(ast.unparse(other) for other in node.items if other is not item)
    word = "async with" if isinstance(node, ast.AsyncWith) else "with"
    if not rest:
        return f"if {made}"
    return f"{word} {rest}"


def _name(node: ast.AST) -> str:
    """Return the name of the called function or method; empty if the node is no call."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def _span(source: str, node: ast.stmt | ast.expr) -> tuple[int, int]:
    """Return the offsets in `source` at which a node begins and ends."""
    lines = source.splitlines(keepends=True)
    ends = []
    for line, column in ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)):
        before = "".join(lines[: line - 1])
        ends.append(len(before) + len(lines[line - 1].encode()[:column].decode()))
    return ends[0], ends[1]


def refused(mutant: ProgramMutant) -> str:
    """Return why a mutant is refused, by a plain run, a traced one or a few pushed ones; empty if it isn't."""
    with TemporaryDirectory(prefix="witness-mutant-") as folder:
        example = copied(mutant.example, mutant.program, mutant.source, Path(folder), LIMIT_S)
        result = read(example.out)
        if not (verdict := decide(result, run(Play(example, result, own())))).legal:
            return verdict.reason
        if timelines.is_traceable(example, result):
            try:
                collect.once(example, result, own())
            except UnseenError:
                pass  # its causes are unknown
            except TraceError as error:
                return str(error)
        for number in PUSHED:
            (tally,) = repeat([example], [own()], [number], lambda done, todo: None)
            if tally.refused:
                return tally.refused[0]
        return ""


def copied(original: Example, program: Path, source: str, root: Path, timeout: float | None = None) -> Example:
    """Copy an example to `root`, with `source` in place of one program."""
    for path in (original.out, *original.files):
        copy = root / path.relative_to(original.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (root / program.relative_to(original.root)).write_text(source)
    example = Example(root, original.name, timeout=timeout)
    example.settings.alone = False  # the numbers that it measures don't matter here
    return example
