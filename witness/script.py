"""What a program says about itself: its PEP 723 block and its imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

Need = Literal["fork", "fcntl", "resource", "proc", "nslookup", "gil", "free-threaded"]
NEEDS: tuple[Need, ...] = get_args(Need)
CONFLICT = re.compile("^<{7} .*^={7}$.*^>{7} ", re.MULTILINE | re.DOTALL)
"""The conflict that git leaves in a file when two branches changed the same lines."""
_START = re.compile(r"^# /// script$", re.MULTILINE)
_SCRIPT = re.compile(r"^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", re.MULTILINE)


class ExampleError(Exception):
    """A faulty file of an example: the `message` says what is wrong at `line`, counted from 1, and what to do."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.line, self.message = line, message


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """The table `[tool.witness]` of a script block.

    `needs` names what the system must have, `timeout` is in seconds, and `alone` asks that nothing else runs meanwhile.
    """

    needs: list[Need] = []
    timeout: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 10
    alone: bool = False


class _Tool(msgspec.Struct):
    witness: Settings = msgspec.field(default_factory=Settings)


class Script(msgspec.Struct, rename="kebab"):
    """The fields of a PEP 723 block that are read here."""

    requires_python: str = ""
    dependencies: list[str] = []
    tool: _Tool = msgspec.field(default_factory=_Tool)


def start(text: str) -> int:
    """Return the number of the line where the script block of `text` begins; 0 if there is no block."""
    found = _START.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def line_of(program: Path, key: str) -> int:
    """Return the number of the line that sets `key` in the script block of `program`, or of the block's first line."""
    text = program.read_text()
    first = start(text)
    lines = enumerate(text.splitlines()[first - 1 :], first)
    return next((number for number, line in lines if re.match(rf"# *\[?(tool\.)?{re.escape(key)}\b", line)), first)


def block(program: Path) -> Script:
    """Return the PEP 723 block of a program, with default values for everything it leaves out.

    Raises `ExampleError` if the block is malformed or a dependency isn't pinned.
    """

    def wrong(key: str, message: str) -> ExampleError:
        return ExampleError(program, line_of(program, key), message)

    try:
        said = msgspec.convert(_block(program), Script)
        SpecifierSet(said.requires_python)
    except msgspec.ValidationError as error:
        found = re.search(r"unknown field `([\w-]+)|\.([\w-]+)(?:\[[0-9]+\])?`$", str(error))
        key = (found[1] or found[2]) if found else ""
        raise wrong(key, f"{error}; see CONTRIBUTING.md for what a script block may contain") from None
    except InvalidSpecifier as error:
        raise wrong("requires-python", f'{error}; write it like ">=3.14"') from None
    for name in said.dependencies:
        if not _pinned(name):
            raise wrong("dependencies", f'`{name}` is not pinned to a version: use `==`, as in "httpx==0.28.1"')
    return said


def _pinned(name: str) -> bool:
    """Whether the requirement `name` allows exactly one version of its package."""
    try:
        (specifier,) = Requirement(name).specifier
    except (InvalidRequirement, ValueError):
        return False
    return specifier.operator == "==" and not specifier.version.endswith("*")


def _block(program: Path) -> dict[str, Any]:
    """Return the PEP 723 block of a program as parsed TOML; empty if there is no block."""
    try:
        text = program.read_text() if program.is_file() else ""
    except UnicodeDecodeError as error:
        line = program.read_bytes().count(b"\n", 0, error.start) + 1
        raise ExampleError(program, line, "this is not UTF-8 text") from None
    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise ExampleError(program, line, "unresolved merge conflict: edit the program until no marker is left")
    if not (line := start(text)):
        return {}
    first, *more = _START.finditer(text)
    if more:
        again = text.count("\n", 0, more[0].start()) + 1
        raise ExampleError(program, again, f"a second script block: merge it into the one at line {line}")
    if not (match := _SCRIPT.match(text, first.start())):
        raise ExampleError(
            program, line, "this script block never ends: start its lines with `#` and end it with `# ///`"
        )
    try:
        return tomllib.loads(re.sub("^# ?", "", match["content"], flags=re.MULTILINE))
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        said = f"the script block is not valid TOML: {error}"
        raise ExampleError(program, line + int(place[1] if place else 0), said) from None


def modules(program: Path) -> set[Path]:
    """Return the modules in the folder of `program` that it imports, directly or through one another."""
    found, waiting = {program}, [program]
    while waiting:
        names = {name for name, _ in _imports(waiting.pop())}
        beside = {path for path in (program.with_name(f"{name}.py") for name in names) if path.is_file()}
        waiting += beside - found
        found |= beside
    return found - {program}


def missing(program: Path) -> Iterator[tuple[str, int]]:
    """Yield each imported module that can't be found, with the line of its import.

    Only imports at the top level of the program count: others may be optional.
    """
    if (said := block(program)).requires_python or said.dependencies:
        return  # not to be judged from here: it imports packages, or modules of another version of Python
    for name, line in _imports(program):
        if line and name not in sys.stdlib_module_names and not program.with_name(f"{name}.py").is_file():
            yield name, line


def _imports(program: Path) -> tuple[tuple[str, int], ...]:
    """Return the names of the imported top-level modules, each with its line; the line is 0 if the import is nested."""
    return _imported(program.read_bytes()) if program.is_file() else ()


@cache
def _imported(source: bytes) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # of a newer Python, or nested too deep; a run tells
        return ()
    for node in ast.walk(tree):
        line = node.lineno if node in tree.body else 0
        match node:
            case ast.Import(names=names):
                found += [(name.name.partition(".")[0], line) for name in names]
            case ast.ImportFrom(module=str(module), level=0):
                found.append((module.partition(".")[0], line))
    return tuple(found)
