"""Which lies pass: `uv run python tests/mutants.py` changes results and programs in one way each, and judges them.

Results are judged in seconds, programs for as long as there is time. What passes and should not is mended where it
passes, in the checks, the program or its result; or it is harmless, and `tests/harmless.toml` says why.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random

import program_mutants
import result_mutants
from program_mutants import ProgramMutant

from witness.examples import Example, find
from witness.running.interpreters import lacking, own, unfit

ROOT = Path(__file__).parents[1]
EXAMPLES = Path("examples")
KINDS = "weaker", "stronger", "wrong name", "removed", "slept"


@cache
def harmless() -> dict[str, str]:
    """The reason for each mutant that is harmless, by its name, in which `*` stands for any text."""
    groups = tomllib.loads((Path(__file__).parent / "harmless.toml").read_text())["harmless"]
    return {name: group["reason"] for group in groups for name in group["mutants"]}


@cache
def _look(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))))


def named(mutant: str) -> list[str]:
    """The entries of `harmless.toml` that a mutant is meant by."""
    return [name for name in harmless() if _look(name).fullmatch(mutant)]


def programs(words: Sequence[str], seed: str) -> list[ProgramMutant]:
    """The mutants of programs whose names have one of the words, in an order that follows from the seed.

    Of the results of a program, the first that is for this Python and machine judges them. Programs that have to run
    alone have none.
    """
    able: dict[Path, Example] = {}
    for example in find(EXAMPLES):
        if not (unfit(example, own()) or lacking(example) or example.settings.alone):
            able.setdefault(example.programs[0], example)
    found = [mutant for example in able.values() for mutant in program_mutants.mutants(example)]
    Random(seed).shuffle(found)
    return [mutant for mutant in found if _meant(mutant.name, words)]


@cache
def commit() -> str:
    """The commit that is checked out; nothing outside a repository."""
    return git("rev-parse", "HEAD").strip()


def git(*command: str) -> str:
    """What git says of this repository; nothing without git or a repository, or if it can't say."""
    with suppress(FileNotFoundError):
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else ""
    return ""


def _meant(name: str, words: Sequence[str]) -> bool:
    return not words or any(word in name for word in words)


class Table:
    """How many mutants of each kind there were, and which passed."""

    def __init__(self) -> None:
        self.all, self.harmless, self.passed = Counter[str](), Counter[str](), Counter[str]()
        self.used: set[str] = set()

    def add(self, kind: str, name: str, passes: bool) -> None:
        self.all[kind] += 1
        entries = named(name) if passes else []
        self.used.update(entries)
        self.harmless[kind] += bool(entries)
        self.passed[kind] += passes and not entries
        if passes and not entries:
            print(f"passes: {name}", flush=True)

    def __str__(self) -> str:
        rows = [f"{'':12}{'mutants':>9}{'refused':>9}{'harmless':>14}{'pass':>6}"]
        for kind in filter(self.all.__getitem__, KINDS):
            count, harmless, passed = self.all[kind], self.harmless[kind], self.passed[kind]
            share = f"{harmless} ({harmless / count:.1%})"
            rows.append(f"{kind:12}{count:9}{count - harmless - passed:9}{share:>14}{passed:6}")
        return "\n".join(rows)


def judge_results(table: Table, words: Sequence[str]) -> None:
    unjudged = []
    for example in find(EXAMPLES):
        if (judged := result_mutants.accepted(example)) is None:
            unjudged.append(example.name)
            continue
        found, passing = judged
        for mutant in found:
            if _meant(mutant.name, words):
                table.add(mutant.kind, mutant.name, mutant in passing)
    if unjudged:
        print(f"of {len(unjudged)} results too few runs are kept to judge them, as of {unjudged[0]}")


def judge_programs(table: Table, mutants: Sequence[ProgramMutant], jobs: int, budget: float) -> int:
    """Judge as many as there is time for, `jobs` side by side; returns how many."""
    end, count = time.monotonic() + budget, 0
    with ProcessPoolExecutor(jobs) as executor:
        turns: list[tuple[ProgramMutant, Future[str]]] = []
        todo = iter(mutants)
        while True:
            while len(turns) < 2 * jobs and time.monotonic() < end and (mutant := next(todo, None)):
                turns.append((mutant, executor.submit(program_mutants.refused, mutant)))
            if not turns:
                return count
            mutant, turn = turns.pop(0)
            table.add(mutant.kind, mutant.name, not turn.result())
            count += 1


def stale(table: Table) -> Iterator[str]:
    """Entries of harmless.toml that meant nothing that passed, once all was judged."""
    for name in harmless().keys() - table.used:
        yield f"tests/harmless.toml: there is no such mutant any more, or it is refused: {name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a part of the mutants' names; all, if none is given")
    parser.add_argument("--budget", type=float, default=1500, metavar="SECONDS", help="for programs (default: 1500)")
    parser.add_argument("--jobs", type=int, default=4, help="how many programs are judged side by side (default: 4)")
    parser.add_argument("--seed", default=commit(), help="which programs come first (default: the commit)")
    options = parser.parse_args()
    table = Table()
    judge_results(table, options.names)
    mutants = programs(options.names, options.seed)
    count = judge_programs(table, mutants, options.jobs, options.budget)
    print(f"{count} of {len(mutants)} mutants of programs were judged, seed {options.seed}")
    left = sorted(stale(table)) if count == len(mutants) and not options.names else []
    print("\n".join([*left, str(table)]))
    return int(bool(left or table.passed.total()))


if __name__ == "__main__":
    sys.exit(main())
