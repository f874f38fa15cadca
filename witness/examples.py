"""Find the examples, and say what is wrong with the way they are laid out."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

OLDEST = "3.11.0"
"""The oldest Python that every example runs on, unless it says otherwise."""
NEEDS = ("fork", "resource", "proc", "nslookup", "gil", "free-threaded")
_SETTINGS: dict[str, tuple[tuple[type, ...], str]] = {
    "needs": ((list,), "a list of needs"),
    "timeout": ((int, float), "a number of seconds, more than 0"),
    "alone": ((bool,), "true or false"),
}
_SCRIPT = re.compile(r"^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$", re.MULTILINE)


class ExampleError(Exception):
    """An example that is not laid out as it must be: `path`, `line` and what to do about it."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")


@dataclass(frozen=True)
class Example:
    """A program, or a folder of programs that run together, and the result file beside it.

    `root` is the folder of all examples, `name` the path of the result file from there without its ending:
    ``processes/fork``. A program with another result on some Pythons has a result file for each: ``gil/cores`` and
    ``gil/cores.free-threaded``, where what follows the dot is a need. So has a program with another command line:
    ``output/order.pipe``, where what follows the dot is any name.
    """

    root: Path
    name: str

    @property
    def variant(self) -> str:
        """What follows the dot, or nothing."""
        return self.name.partition(".")[2]

    @property
    def out(self) -> Path:
        """The result file."""
        return self.root / f"{self.name}.out"

    @property
    def programs(self) -> list[Path]:
        """The programs, also where they are missing."""
        stem, _, _ = self.name.partition(".")
        folder = self.root / stem
        return sorted(folder.glob("*.py")) if folder.is_dir() else [self.root / f"{stem}.py"]

    @cached_property
    def settings(self) -> dict[str, Any]:
        """`[tool.witness]` of the programs' PEP 723 blocks: `needs`, `timeout` in seconds, `alone`."""
        settings: dict[str, Any] = {"needs": [], "timeout": 10, "alone": False}
        for program in self.programs:
            for key, value in _script(program).get("tool", {}).get("witness", {}).items():
                line = _line(program, key)
                if key not in _SETTINGS:
                    raise ExampleError(program, line, f"unknown setting `{key}`; there are {', '.join(_SETTINGS)}")
                types, words = _SETTINGS[key]
                wrong = not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
                if wrong or (key == "timeout" and not 0 < value < inf):
                    raise ExampleError(program, line, f"`{key}` is {words}")
                settings[key] = value
            for need in settings["needs"]:
                if need not in NEEDS:
                    raise ExampleError(
                        program, _line(program, "needs"), f"unknown need `{need}`; there are {', '.join(NEEDS)}"
                    )
        if self.variant in NEEDS:
            settings["needs"] = [*settings["needs"], self.variant]
        elif self.out.with_suffix(".free-threaded.out").exists():
            settings["needs"] = [*settings["needs"], "gil"]
        return settings

    @property
    def requires_python(self) -> str:
        """The versions of Python it runs on, as in a package's metadata; nothing for all that the project supports."""
        return next((found for program in self.programs if (found := _script(program).get("requires-python"))), "")


def find(root: Path) -> list[Example]:
    """All examples under `root`, in the order of their names."""
    programs = {path.relative_to(root) for path in root.rglob("*.py")}
    results = {path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.out")}
    # CHAPTER/NAME.py is an example, and CHAPTER/FOLDER/ANY.py a part of one.
    names = {Path(*path.parts[:2]).with_suffix("").as_posix() for path in programs}
    return [Example(root, name) for name in sorted(names | results)]


def check(example: Example) -> None:
    """Raise `ExampleError` where a file is missing or wrongly named, or a script block is not where it belongs."""
    for program in example.programs:
        if not program.is_file():
            raise ExampleError(
                example.out, 1, f"there is no program for this result: add {program}, or delete this file"
            )
    for program in example.programs:
        if program.stem in sys.stdlib_module_names:
            raise ExampleError(
                program,
                1,
                f"this name hides the module `{program.stem}` of the standard library from those beside it; rename it",
            )
        _check_block(program)
    if not example.out.is_file():
        raise ExampleError(
            example.programs[0], 1, f"it has no result: `uv run witness record {example.name}` writes it"
        )
    _check_command(example)


def _check_block(program: Path) -> None:
    """A script block that matters to a reader stands at the top of the program, one that doesn't at its end."""
    block, text = _script(program), program.read_text()
    if not block:
        return
    line = _start(text)
    oldest = block.get("requires-python")
    if oldest and OLDEST in SpecifierSet(oldest):
        raise ExampleError(
            program,
            _line(program, "requires-python"),
            f"leave out `requires-python`: every example runs on Python {OLDEST.removesuffix('.0')}",
        )
    if oldest or block.get("dependencies"):
        if line != 1:
            raise ExampleError(
                program, line, "a reader must know this first: let the script block be the first thing in the file"
            )
    elif not text.endswith("\n# ///\n"):
        raise ExampleError(
            program, line, "this matters to no reader: let the script block be the last thing in the file"
        )


def _check_command(example: Example) -> None:
    """The result beside a program is that of the plain command; that of any other one has a name of its own."""
    first, _, _ = example.out.read_text(errors="replace").partition("\n")
    commands = [f"$ python {program.name}" for program in example.programs]
    build = not example.variant or example.variant in NEEDS
    if build and first.startswith("$ ") and first not in commands:
        raise ExampleError(
            example.out,
            1,
            f"the first line of this file is `{commands[0]}`; "
            "a result of another command line stands beside it, in NAME.VARIANT.out",
        )
    if not build and first in commands:
        raise ExampleError(
            example.out,
            1,
            f"unknown need `{example.variant}`; there are {', '.join(NEEDS)}. "
            "A variant with a name of its own has another command line",
        )


def _start(text: str) -> int:
    """The line where the script block of a program begins; 0 if it has none."""
    start = re.search(r"^# /// script$", text, re.MULTILINE)
    return text.count("\n", 0, start.start()) + 1 if start else 0


def _line(program: Path, key: str) -> int:
    """The line of `program` that sets `key` in its script block, or where the block begins."""
    text = program.read_text()
    start = _start(text)
    lines = enumerate(text.splitlines()[start - 1 :], start)
    return next((number for number, line in lines if re.match(rf"# *\[?(tool\.)?{re.escape(key)}\b", line)), start)


def _script(program: Path) -> dict[str, Any]:
    """The PEP 723 block of a program, whose tables and values are of the right types."""
    block = _block(program)
    tool = block.get("tool", {})
    for key, value, right, words in [
        ("requires-python", block.get("requires-python", ""), str, 'a string such as ">=3.14"'),
        ("dependencies", block.get("dependencies", []), list, 'a list of packages such as ["httpx"]'),
        ("tool", tool, dict, "a table: write `[tool.witness]`"),
        ("witness", tool.get("witness", {}) if isinstance(tool, dict) else {}, dict, "a table: write `[tool.witness]`"),
    ]:
        if not isinstance(value, right):
            raise ExampleError(program, _line(program, key), f"`{key}` is {words}")
    try:
        SpecifierSet(block.get("requires-python", ""))
    except InvalidSpecifier as error:
        raise ExampleError(program, _line(program, "requires-python"), f'{error}; write one such as ">=3.14"') from None
    return block


def _block(program: Path) -> dict[str, Any]:
    """The PEP 723 block of a program as it stands there."""
    try:
        text = program.read_text() if program.is_file() else ""
    except UnicodeDecodeError as error:
        line = program.read_bytes().count(b"\n", 0, error.start) + 1
        raise ExampleError(program, line, "this is not UTF-8 text") from None
    starts = [start.start() for start in re.finditer(r"^# /// script$", text, re.MULTILINE)]
    if not starts:
        return {}
    lines = [text.count("\n", 0, start) + 1 for start in starts]
    if len(starts) > 1:
        raise ExampleError(program, lines[1], f"a second script block; put it all in the one at line {lines[0]}")
    block, line = _SCRIPT.match(text, starts[0]), lines[0]
    if not block:
        raise ExampleError(program, line, "this script block never ends: its lines start with `#`, the last is `# ///`")
    content = "".join(
        line[2:] if line.startswith("# ") else line[1:] for line in block["content"].splitlines(keepends=True)
    )
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        raise ExampleError(
            program, line + int(place[1] if place else 0), f"the script block is not TOML: {error}"
        ) from None
