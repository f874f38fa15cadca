"""Find lies that pass the checks: `uv run python tests/mutants.py` changes results and programs and judges each change.

Results are judged in seconds, programs for as long as there is time. A lie that passes must be dealt with in the
checks, the program or its result; or it is harmless, and `tests/harmless.toml` gives the reason.
"""

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

from witness.examples import Example, ExampleError, find
from witness.running.interpreters import lacking, own, unfit

ROOT = Path(__file__).parents[1]
EXAMPLES = Path("examples")
KINDS = "weaker", "stronger", "wrong name", "removed", "slept"


@cache
def harmless() -> dict[str, str]:
    """Return the reason for each harmless mutant by its name, in which `*` stands for any text."""
    groups = tomllib.loads((Path(__file__).parent / "harmless.toml").read_text())["harmless"]
    return {name: group["reason"] for group in groups for name in group["mutants"]}


@cache
def _look(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))))


def named(mutant: str) -> list[str]:
    """Return the entries of `harmless.toml` that match a mutant's name."""
    return [name for name in harmless() if _look(name).fullmatch(mutant)]


def programs(words: Sequence[str], seed: str) -> list[ProgramMutant]:
    """Return the program mutants whose names contain one of `words`, or all, in an order determined by the seed.

    A program with several results is judged by the first that is meant for this Python and machine. Programs that must
    run alone have no mutants.
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
    """Return the hash of the current commit; empty outside a repository."""
    return git("rev-parse", "HEAD").strip()


def git(*command: str) -> str:
    """Return the output of a git command; empty if it fails or there is no git."""
    with suppress(FileNotFoundError):
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else ""
    return ""


def _meant(name: str, words: Sequence[str]) -> bool:
    return not words or any(word in name for word in words)


class Table:
    """The number of mutants of each kind, and of those that passed."""

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
    """Judge mutants, `jobs` side by side, for `budget` seconds; return how many were judged."""
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
    """Yield an error for each entry of harmless.toml that matches no passing mutant, once all were judged."""
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
    try:
        sys.exit(main())
    except ExampleError as error:
        sys.exit(str(error))
