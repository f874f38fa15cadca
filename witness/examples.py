"""Find the examples, and say what is wrong with the way they are laid out."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

NEEDS = ("fork", "resource", "nslookup", "gil", "free-threaded")
_SETTINGS: dict[str, tuple[tuple[type, ...], str]] = {
    "needs": ((list,), "a list of needs"),
    "timeout": ((int, float), "a number of seconds"),
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
    ``gil/cores.free-threaded``, where what follows the dot is a need.
    """

    root: Path
    name: str

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
                if not isinstance(value, types):
                    raise ExampleError(program, line, f"`{key}` is {words}")
                settings[key] = value
            _check_needs(settings["needs"], program, _line(program, "needs"))
        _, _, variant = self.name.partition(".")
        if variant:
            _check_needs([variant], self.out, 1)
            settings["needs"] = [*settings["needs"], variant]
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
    """Raise `ExampleError` where a program or result file is missing, or a name hides a module of the library."""
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
    if not example.out.is_file():
        raise ExampleError(
            example.programs[0], 1, f"it has no result: record {example.out} with `uv run pytest --update-examples`"
        )


def _check_needs(needs: list[str], path: Path, line: int) -> None:
    for need in needs:
        if need not in NEEDS:
            raise ExampleError(path, line, f"unknown need `{need}`; there are {', '.join(NEEDS)}")


def _line(program: Path, key: str) -> int:
    """The line of `program` that sets `key` in its script block."""
    lines = program.read_text().splitlines() if program.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"# *{re.escape(key)} *=", line)), 1)


def _script(program: Path) -> dict[str, Any]:
    """The PEP 723 block of a program."""
    text = program.read_text() if program.is_file() else ""
    start = re.search(r"^# /// script$", text, re.MULTILINE)
    if not start:
        return {}
    line = text.count("\n", 0, start.start()) + 1
    block = _SCRIPT.match(text, start.start())
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
