"""Find the examples, and check that their files are named and laid out as they must be."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from packaging.specifiers import SpecifierSet

from witness.script import NEEDS as NEEDS
from witness.script import ExampleError as ExampleError
from witness.script import Settings, block, line_of, missing, modules, start

OLDEST = "3.11.0"
"""The Python version on which every example runs unless its `requires-python` says otherwise."""
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")
"""The form of an example's name. It is safe on a command line and distinct on file systems that ignore case."""
_SINCE = re.compile(r"3\.[0-9]+")


@dataclass(frozen=True)
class Example:
    """A program, or a folder of programs that run together, and one result file of it.

    `root` is the folder of all examples. `name` is the path of the result file below it, without its ending:
    ``processes/fork``. A program may have further results: for a build of Python, ``gil/cores.free-threaded``, where
    a need follows the dot; from a version of Python on, ``tasks/repr.3.13``; and for another command line,
    ``output/order.pipe``, where any name follows the dot. `timeout`, in seconds, overrides that of the programs.
    """

    root: Path
    name: str
    timeout: float | None = field(default=None, compare=False)

    @property
    def variant(self) -> str:
        """The part of the name after the dot, such as ``free-threaded``, without a version; empty if there is none."""
        variant = self.name.partition(".")[2]
        return variant.removesuffix(self.since).removesuffix(".")

    @property
    def since(self) -> str:
        """The version of Python at the end of the name, such as ``3.13``; empty if there is none."""
        since = ".".join(self.name.rsplit(".", 2)[1:])
        return since if _SINCE.fullmatch(since) else ""

    @property
    def out(self) -> Path:
        """The result file."""
        return self.root / f"{self.name}.out"

    @property
    def programs(self) -> list[Path]:
        """The paths of the programs to start, in order; a missing program is included."""
        folder = self.root / self._stem
        if not folder.is_dir():
            return [folder.with_suffix(".py")]
        return sorted(started(folder.glob("*.py")))

    @property
    def files(self) -> list[Path]:
        """The programs, followed by the modules beside them that they import."""
        return [*self.programs, *sorted(set().union(*map(modules, self.programs)) - {*self.programs})]

    @property
    def _stem(self) -> str:
        return self.name.partition(".")[0]

    @cached_property
    def settings(self) -> Settings:
        """The needs of all programs, their longest timeout in seconds, and whether one of them must run alone."""
        said = [block(program).tool.witness for program in self.programs]
        needs = [need for one in said for need in one.needs]
        if self.variant in NEEDS:
            needs += [need for need in NEEDS if need == self.variant]
        elif self.root.joinpath(f"{self._stem}.free-threaded.out").exists():
            needs.append("gil")
        timeout = self.timeout or max((one.timeout for one in said), default=Settings().timeout)
        return Settings(needs, timeout, any(one.alone for one in said))

    @property
    def requires_python(self) -> str:
        """The Python versions on which the example runs, as a specifier; empty if every supported version will do."""
        return ",".join(filter(None, (block(program).requires_python for program in self.programs)))

    @property
    def dependencies(self) -> list[str]:
        """The requirements of all programs, sorted, each pinned to a version."""
        return sorted({name for program in self.programs for name in block(program).dependencies})

    @cached_property
    def until(self) -> str:
        """The version of Python from which a later result of this command line applies; empty if there is none."""
        same = (other.since for other in self.siblings if other.variant == self.variant)
        later = (since for since in same if _minor(since) > _minor(self.since))
        return min(later, key=_minor, default="")

    @property
    def results(self) -> list[Example]:
        """All results of the same programs, this one included, sorted by file name."""
        stem = Path(self._stem).name
        paths = (path for path in self.out.parent.glob(f"{stem}*.out") if path.name.partition(".")[0] == stem)
        return [replace(self, name=Path(self.name).with_name(path.stem).as_posix()) for path in sorted(paths)]

    @property
    def siblings(self) -> list[Example]:
        """The results with the same command line as this one, for every version and build of Python."""
        return [other for other in self.results if other._command == self._command]

    @property
    def _command(self) -> str:
        return "" if self.variant in NEEDS else self.variant


def _minor(since: str) -> int:
    return int(since.partition(".")[2] or 0)


def started(files: Iterable[Path]) -> set[Path]:
    """Return the files that no other of `files` imports. Two files that import each other are both returned."""
    found = {file: modules(file) for file in files}
    return {*found} - {module for file in found for module in found[file] if file not in found.get(module, ())}


def find(root: Path) -> list[Example]:
    """Return all examples under `root`, sorted by name; hidden files, as of an editor, are none."""
    programs = started(root.rglob("[!.]*.py"))
    results = {path.relative_to(root).as_posix().removesuffix(".out") for path in root.rglob("[!.]*.out")}
    # CHAPTER/NAME.py is an example of its own; CHAPTER/FOLDER/ANY.py belongs to the example CHAPTER/FOLDER.
    names = {Path(*path.relative_to(root).parts[:2]).with_suffix("").as_posix() for path in programs}
    return [Example(root, name) for name in sorted(names | results)]


def check_layout(example: Example) -> None:
    """Raise `ExampleError` if a file is missing or misnamed, or if a script block is in the wrong place."""
    own = example.root / f"{example.name}.py"  # exists only if the name has no variant: program names have no dot
    if not NAME.fullmatch(example.name if own.is_file() else example._stem):
        named = "an example is named CHAPTER/NAME, in lower-case letters, digits and _"
        raise ExampleError(own if own.is_file() else example.programs[0], 1, f"{named}; rename it")
    for program in example.programs:
        if not program.is_file():
            add = f"add {program}, or delete this file"
            raise ExampleError(example.out, 1, f"this result has no program: {add}")
    for program in example.files:
        _check_block(program)
    if not example.out.is_file():
        record = f"write it with `uv run witness record {example.name}`"
        raise ExampleError(example.programs[0], 1, f"this program has no result: {record}")
    check_modules(example)
    check_command(example)


def check_modules(example: Example) -> None:
    """Raise `ExampleError` if a program hides a module of the library, or imports one that is found nowhere."""
    for program in example.files:
        if program.stem in sys.stdlib_module_names:
            hidden = f"shadows the standard library module `{program.stem}` for every program in this folder"
            raise ExampleError(program, 1, f"this name {hidden}; rename it")
        for name, line in missing(program):
            where = f"put {name}.py beside this file, or its package in the `dependencies` of the script block"
            raise ExampleError(program, line, f"there is no module `{name}`: {where}")


def _check_block(program: Path) -> None:
    """Check that a script block stands at the top if a reader needs it, and at the end of the program otherwise."""
    said, text = block(program), program.read_text()
    if said.requires_python and OLDEST in SpecifierSet(said.requires_python):
        needless = f"remove `requires-python`: every example runs on Python {OLDEST.removesuffix('.0')}"
        raise ExampleError(program, line_of(program, "requires-python"), needless)
    if said.requires_python or said.dependencies:
        if start(text) != 1:
            first = "move the script block to the top of the file"
            raise ExampleError(program, start(text), f"a reader needs to know this first: {first}")
    elif start(text) and not text.endswith("\n# ///\n"):
        last = "move the script block to the very end of the file"
        raise ExampleError(program, start(text), f"this is of no use to a reader: {last}")


def check_command(example: Example) -> None:
    """Raise `ExampleError` unless NAME.out is of ``python NAME.py``, and NAME.VARIANT.out of another command line."""
    first, _, _ = example.out.read_text(errors="replace").partition("\n")
    commands = [f"$ python {program.name}" for program in example.programs]
    build = not example.variant or example.variant in NEEDS
    if build and first.startswith("$ ") and first not in commands:
        other = "put the result of another command line into NAME.VARIANT.out"
        raise ExampleError(example.out, 1, f"the first line must be `{commands[0]}`; {other}")
    if not build and first in commands:
        needs = f"unknown need `{example.variant}`; the needs are {', '.join(NEEDS)}"
        raise ExampleError(example.out, 1, f"{needs}. Any other variant must have another command line")
