"""Start, move and remove examples: their files, and the lines of the pages that embed them."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from pathlib import Path

from witness.examples import NAME, NEEDS, Example, find
from witness.language import read
from witness.recording import evidence
from witness.recording.check import PAGES, pages, unable
from witness.recording.files import write
from witness.running.interpreters import Interpreter, fitting

EXAMPLES = Path("examples")
TEMPLATE = """\
import os
from multiprocessing import Process


def work(name: str) -> None:
    print(f"{name} runs in process {os.getpid()}.")


if __name__ == "__main__":
    children = [Process(target=work, args=(name,)) for name in "AB"]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print("Both have ended.")
"""
_FENCE = r"""^( *)```(?:python|result).*\n\1(?:--8<-- ")?{}"?\n\1```\n\n?"""


class ProjectError(Exception):
    """Something that can't be done with an example; the message says why, and what to do."""


def named(name: str) -> Example:
    """Return the example called `name`, which may also be the path of its program or result; else `ProjectError`.

    So `name` can't be a folder, or lead out of the examples.
    """
    if not EXAMPLES.is_dir():
        raise ProjectError(f"there is no folder {EXAMPLES} here: go to that of the project")
    short = without_path(Path(os.path.normpath(name)).as_posix())
    if not re.fullmatch(rf"{NAME.pattern}(\.\w[\w.-]*)?", short):
        called = "an example is named CHAPTER/NAME, such as processes/fork, in lower-case letters, digits and _"
        raise ProjectError(f"`{name}`: {called}")
    return Example(EXAMPLES, short)


def without_path(name: str) -> str:
    """Return the name of an example by the path of one of its files; any other text as it is."""
    return re.sub(rf"^{EXAMPLES}/|\.(py|out|json)$", "", name)


def runnable(name: str, interpreter: Interpreter, timeout: float | None = None) -> Example:
    """Return the example called `name`, with its result for this Python; `ProjectError` if it can't run here."""
    example = fitting(replace(named(name), timeout=timeout), interpreter)
    for program in example.programs:
        if not _is_there(program):
            how = f"create it with `uv run witness new {example.name}`"
            if example.out.exists():
                how = f"bring it back, or delete {example.out}; `uv run witness mv` renames both at once"
            raise ProjectError(f"there is no {program}: {how}")
    if reason := unable(example, interpreter):
        raise ProjectError(f"{example.programs[0]}:1: {reason}")
    if example.variant and example.variant not in NEEDS and not example.out.exists():
        raise ProjectError(
            f"{example.out}:1: create it with a command line, such as `$ python {example.programs[0].name} | cat`"
        )
    return example


def start(name: str) -> str:
    """Write a program to start from; return what to do with it."""
    example = _free(name)
    program = EXAMPLES / f"{example.name}.py"
    program.parent.mkdir(parents=True, exist_ok=True)
    write(program, TEMPLATE)
    return f"""\
Created {program}. Edit it, then run:

  uv run witness record {example.name}

Put these fences on a page in {PAGES}/:

```python title="{program.name}"
--8<-- "{program.as_posix()}"
```

```result
{example.out.as_posix()}
```"""


def move(old: str, new: str) -> str:
    """Rename an example, its evidence, and what pages say of it; return what to do next."""
    example, target = _there(old), _free(new)
    if _is_one_result(example):
        raise ProjectError(f"{example.name} is only one of its results: move {example.name.partition('.')[0]}")
    known = [(one, evidence.load(one), read(one.out)) for one in example.results]
    folder, target_folder = example.out.with_suffix(""), target.out.with_suffix("")
    along = [] if folder.is_dir() else [file for file in _own(example) if file.stem != folder.name]
    modules = {file: target.out.parent / file.name for file in along if file.parent != target.out.parent}
    _check_free(modules.values())
    shown = pages()
    target.out.parent.mkdir(parents=True, exist_ok=True)
    others = [Example(EXAMPLES, target.name + one.name.removeprefix(example.name)) for one, _, _ in known]
    ending = "" if folder.is_dir() else ".py"
    for (one, _, _), other in zip(known, others, strict=True):  # this may fail, so it comes before anything is moved
        command, _, printed = one.out.read_text().partition("\n")
        if ending:
            command = re.sub(rf"\b{folder.name}\.(py|txt)\b", rf"{target_folder.name}.\1", command)
        write(other.out, f"{command}\n{printed}")
    for file, place in {folder.with_suffix(ending): target_folder.with_suffix(ending), **modules}.items():
        file.rename(place)
    for (one, was, result), other in zip(known, others, strict=True):
        if evidence.path(one).exists():
            evidence.path(one).rename(evidence.path(other))
        one.out.unlink()
        moved = read(other.out)  # the digests change with the command, but the run is the same
        if evidence.holds(was, result):
            evidence.enter(other, moved)
        evidence.store(other, moved, was.observation, was.seen, was.trace)
    paths = re.compile(rf"(?<!\w)examples/{example.name}(?=[./])")
    program = re.compile(rf"(?<![\w./-]){folder.name}\.py\b")

    def renamed(text: str) -> str:
        if paths.search(text):  # a page that shows other examples only may have another program of that name
            text = program.sub(f"{target_folder.name}.py", paths.sub(f"examples/{target.name}", text))
        for module, place in modules.items():
            text = re.sub(rf"(?<!\w){re.escape(module.as_posix())}\b", place.as_posix(), text)
        return text

    _edit(shown, renamed)
    return f"moved {example.name} to {target.name}, with everything recorded about it{_next(example)}"


def remove(name: str) -> str:
    """Delete an example, or one result of several, and its fences; return what to do next."""
    example = _there(name)
    results, programs = ([example], []) if _is_one_result(example) else (example.results, _own(example))
    gone, shown = [*programs, *(one.out for one in results)], pages()
    for file in (*gone, *(evidence.path(one) for one in results)):
        file.unlink(missing_ok=True)
    if programs and example.out.with_suffix("").is_dir():
        shutil.rmtree(example.out.with_suffix(""))
    fences = [re.compile(_FENCE.format(re.escape(file.as_posix())), re.MULTILINE) for file in gone]
    _edit(shown, lambda text: reduce(lambda text, fence: fence.sub("", text), fences, text))
    return f"removed {example.name}, with everything recorded about it{_next(example)}"


def _next(example: Example) -> str:
    """Return how to find what is left to do by hand."""
    return f"\nNext, edit what else names it: git grep --word-regexp -e {example.name} -e {example.programs[0].name}"


def _there(name: str) -> Example:
    example = named(name)
    if not _is_there(example.out if _is_one_result(example) else example.programs[0]):
        raise ProjectError(f"there is no example {example.name}")
    return example


def _is_there(file: Path) -> bool:
    """Return whether there is such a file; `ProjectError` if it is not a regular one, as a pipe that never ends."""
    if os.path.lexists(file) and not file.is_file():
        raise ProjectError(f"{file}:1: this is not a regular file")
    return file.is_file()


def _free(name: str) -> Example:
    """Return the example that will have this name; `ProjectError` if it is taken or no good."""
    example = named(name)
    program = EXAMPLES / f"{example.name}.py"
    if _is_one_result(example):
        raise ProjectError(
            f"`{name}`: the part after a dot names one of several results; leave it out of a new example"
        )
    if program.stem in sys.stdlib_module_names:
        raise ProjectError(f"`{program.stem}` is a module of the standard library; choose another name")
    _check_free([program, example.out, program.with_suffix("")])
    return example


def _check_free(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists():
            raise ProjectError(f"{path} already exists; choose another name")


def _own(example: Example) -> list[Path]:
    """Return the programs of an example, and the modules that no other example imports."""
    others = [other for other in find(EXAMPLES) if other.programs != example.programs]
    return [file for file in example.files if not any(file in other.files for other in others)]


def _is_one_result(example: Example) -> bool:
    """Return whether the example's name is that of one of several results of its programs."""
    return "." in example.name


def _edit(shown: Mapping[Path, str], change: Callable[[str], str]) -> None:
    for page, text in shown.items():
        if (changed := change(text)) != text:
            write(page, changed)
