"""The command `witness`."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from witness import trace
from witness.examples import NEEDS, Example, ExampleError, check, find
from witness.language import PROPOSED, Result, ResultError, Run, decide, parse, recorded
from witness.ledger import Ledger
from witness.propose import ProposeError, propose
from witness.record import refresh, update, write
from witness.repeat import Tally, load, repeat
from witness.running import WORKERS, Runner
from witness.running.interpreters import InterpreterError, at, lacking, own, unfit

EXAMPLES, PAGES = Path("examples"), Path("docs")
NAME = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")
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


class CommandError(Exception):
    """A command that can't be followed; the message says why, and what to do."""


def main() -> int:
    """Understand the command line; the exit status is 1 where an example did not hold, 2 where it can't be run."""
    parser = argparse.ArgumentParser(prog="witness", description="Write, record and check the examples of these pages.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(run=run)
        if run is not _repeat:
            command.add_argument("name", metavar="CHAPTER/NAME", help="the example: examples/CHAPTER/NAME.py")
        return command

    add("new", _new, "start a program, and print what to put on its page")
    command = add("record", _record, "run a program many times, idle and loaded, and write or renew its result")
    command.add_argument(
        "--times", type=int, default=20, help="how often to run it in either way (default: %(default)s)"
    )
    command = add("check", _check, "run an example, and say whether it and its recorded run hold")
    command.add_argument("--watch", action="store_true", help="again whenever the program or its result is saved")
    command = add("repeat", _repeat, "run examples many times and say how often each held, and in which orders")
    command.add_argument(
        "names", nargs="*", metavar="NAME", help="a part of the examples' names; all, if none is given"
    )
    command.add_argument("-n", "--times", type=int, default=20, help="how often to run each (default: %(default)s)")
    command.add_argument("--load", action="store_true", help="keep every core busy with something else meanwhile")
    command.add_argument("--interpreter", action="append", metavar="PYTHON", help="run on this Python; may be repeated")
    command.add_argument("--record", action="store_true", help="keep what was seen, for the pages to show")
    options = parser.parse_args()
    try:
        status: int = options.run(options)
    except (CommandError, ExampleError, InterpreterError, ResultError, trace.TraceError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


def _new(options: argparse.Namespace) -> int:
    example = _named(options.name)
    if not NAME.fullmatch(example.name):
        raise CommandError(f"`{options.name}`: a name is CHAPTER/NAME, of small letters, digits and _")
    program = EXAMPLES / f"{example.name}.py"
    if program.stem in sys.stdlib_module_names:
        raise CommandError(f"`{program.stem}` is a module of the standard library, which programs beside it need")
    for path in (program, example.out, program.with_suffix("")):
        if path.exists():
            raise CommandError(f"{path} exists already; take another name")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(TEMPLATE)
    print(f"{program} is a program to start from. When it is as you want it:\n")
    print(f"  uv run witness record {example.name}\n")
    print("On its page in docs/ stands:\n")
    print(f'```python title="{program.name}"\n--8<-- "{program.as_posix()}"\n```\n')
    print(f"```result\n{example.out.as_posix()}\n```")
    return 0


def _record(options: argparse.Namespace) -> int:
    example = _runnable(options.name)
    result, accepted = _result(example) if example.out.exists() else (None, True)
    runs = _runs(example, result, options.times)
    many = f"{len(runs)} runs, half of them on a busy machine"
    if trouble := next((run.trouble for run in runs if run.trouble), ""):
        print(f"{example.programs[0]}: {trouble}", file=sys.stderr)
        return 1
    ledger = Ledger(EXAMPLES)
    ledger.keep([other.name for other in find(EXAMPLES)])
    refused = next((run for run in runs if result and not decide(result, run).legal), None)
    if result and not refused and (ledger.holds(example.name, result) or not accepted):
        print(f"{example.out}: legal in {many}; nothing changed")
    elif result and accepted:
        change = update(result, refused) if refused else refresh(result, runs[0])
        renewed = parse(change.text, example.out)
        if not all(decide(renewed, run).legal for run in runs):
            verdict = decide(result, refused or runs[0])
            print(f"{example.out}:{verdict.line}: this result does not allow all of {many}\n{verdict.reason}\n")
            print(
                "Nothing changed. If the program is right, allow this, or delete the result and have it proposed anew."
            )
            return 1
        write(example.out, change.text)
        result, refused = renewed, None
        ledger.enter(example.name, result)
        print(f"{example.out}: {'; '.join(change.notes)}")
    else:
        try:
            change = propose(example.out, example.programs[0].name, runs)
        except ProposeError as error:
            print(f"{example.programs[0]}: {error}", file=sys.stderr)
            return 1
        write(example.out, change.text + PROPOSED)
        ledger.enter(example.name, parse(change.text, example.out))
        print(f"{example.out}: proposed from {many}\n\n{change.text}")
        for note in change.notes:
            print(note)
        print("\nWhat was never seen may still happen, and what was seen may be a mistake. When it says what the")
        print("program guarantees, no more and no less, delete its last line. Then:\n")
        print(f"  uv run witness check {example.name}")
        return 0
    if accepted and trace.needs_figure(example) and trace.stale(example):
        print(f"{example.out}: {trace.record(example, own().path, ledger)}")
    return 0


def _check(options: argparse.Namespace) -> int:
    while True:
        before = _saved(options.name)
        try:
            status = _verdict(options.name)
        except (CommandError, ExampleError, ResultError) as error:
            if not options.watch:
                raise
            print(error, file=sys.stderr)
        if not options.watch:
            return status
        print(f"{time.strftime('%X')}  waiting for the next save; Ctrl-C ends it\n", flush=True)
        while _saved(options.name) == before:
            time.sleep(0.2)


def _verdict(name: str) -> int:
    """Check an example, say what is wrong, and return the exit status."""
    example = _runnable(name)
    if not example.out.exists():
        raise CommandError(f"{example.programs[0]} has no result: `uv run witness record {example.name}` writes it")
    check(example)
    result, accepted = _result(example)
    wrong = []
    for tool in ("check", "format --check"):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *tool.split(), "--quiet", *example.programs], capture_output=True, text=True
        )
        if done.returncode:
            wrong.append(f"ruff {tool}:\n{done.stdout}{done.stderr}".rstrip())
    ((_, run),) = _attempts(example, result, 1, 1)
    for said, verdict in (
        (f"Python {own().version} printed what this result does not allow", decide(result, run)),
        ("the printed run contradicts its annotations", decide(result, recorded(result))),
    ):
        if not verdict.legal:
            wrong.append(f"{example.out}:{verdict.line}: {said}\n{verdict.reason}")
    if not Ledger(EXAMPLES).holds(example.name, result):
        wrong.append(
            f"{example.out}:1: this is not the run that was recorded; do it with `uv run witness record {example.name}`"
        )
    if not accepted:
        wrong.append(f"{example.out}: {PROPOSED.removeprefix('# ').strip()}")
    elif not wrong and trace.needs_figure(example) and (reason := trace.stale(example)):
        wrong.append(f"{example.out}: {reason}; record it with `uv run witness record {example.name}`")
    pages = "\n".join(page.read_text() for page in PAGES.rglob("*.md"))
    files = [path.as_posix() for path in (*example.programs, example.out)]
    wrong += [f"{file} is on no page yet" for file in files if file not in pages]
    print("\n".join(wrong or [f"{example.out}: a fresh run and the recorded one are legal"]))
    return int(bool(wrong))


def _saved(name: str) -> list[int]:
    """When the files of an example were written."""
    example = _named(name)
    return [path.stat().st_mtime_ns for path in [*example.programs, example.out] if path.exists()]


def _named(name: str) -> Example:
    """The example called `name`, or whose program or result that is."""
    if ".." in Path(name).parts:
        raise CommandError(f"`{name}` is not in {EXAMPLES}")
    return Example(EXAMPLES, re.sub(r"^examples/|\.(py|out)$", "", name))


def _runnable(name: str) -> Example:
    """The example called `name`, which can be run here."""
    example = _named(name)
    for program in example.programs:
        if not program.is_file():
            raise CommandError(f"there is no {program}: start it with `uv run witness new {example.name}`")
    if reason := unfit(example, own()) or lacking(example):
        raise CommandError(f"{example.programs[0]}: {reason}")
    if example.variant and example.variant not in NEEDS and not example.out.exists():
        raise CommandError(
            f"{example.out}: write its command line into it, such as `$ python {example.programs[0].name} | cat`"
        )
    if len(example.programs) != 1 and not example.out.exists():
        raise CommandError(f"{example.out}: of several programs, write the first result by hand")
    return example


def _result(example: Example) -> tuple[Result, bool]:
    """The result of an example, and whether a person has accepted it."""
    text = example.out.read_text()
    draft = text.removesuffix(PROPOSED)
    return parse(draft, example.out), draft == text


def _runs(example: Example, result: Result | None, times: int) -> list[Run]:
    """Runs of an example, `times` on an idle machine and `times` on a busy one; fewer if one is in trouble."""
    runs = []
    machines: list[AbstractContextManager[None]] = [nullcontext(), load()]
    for place, (machine, workers) in enumerate(zip(machines, (os.cpu_count() or 1, WORKERS), strict=True)):
        with machine:
            for done, run in _attempts(example, result, times, workers):
                _progress(place * times + done, 2 * times)
                runs.append(run)
                if run.trouble:
                    return runs
    return runs


def _attempts(example: Example, result: Result | None, times: int, workers: int) -> Iterator[tuple[int, Run]]:
    """Runs of an example, `workers` at a time, each with its number."""
    with Runner(workers) as runner:
        attempts = [runner.submit(example, result, own().path) for _ in range(times)]
        for done, attempt in enumerate(attempts, 1):
            yield done, attempt().run


def _select(names: list[str]) -> list[Example]:
    """The examples with one of `names` in theirs."""
    chosen = [example for example in find(EXAMPLES) if not names or any(name in example.name for name in names)]
    if not chosen:
        raise ExampleError(EXAMPLES, 0, f"no example is called {' or '.join(names)}")
    for example in chosen:
        check(example)
    return chosen


def _repeat(options: argparse.Namespace) -> int:
    interpreters = [at(path) for path in options.interpreter or []] or [own()]
    examples = [example for example in _select(options.names) if not lacking(example)]
    with load() if options.load else nullcontext():
        tallies = repeat(examples, interpreters, options.times, WORKERS, _progress)
    tallies = [tally for tally in tallies if tally.runs]
    _table(tallies)
    if options.record:
        ledger = Ledger(EXAMPLES)
        for tally in tallies:
            if not tally.refused:
                ledger.observe(tally.example, tally.observation(options.load))
    return int(any(tally.refused for tally in tallies))


def _progress(done: int, todo: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {todo} runs", end="" if done < todo else "\n", file=sys.stderr, flush=True)
    elif done * 10 // todo > (done - 1) * 10 // todo:
        print(f"{done} of {todo} runs", file=sys.stderr, flush=True)


def _table(tallies: list[Tally]) -> None:
    print(f"{'held':>9} {'orders':>6} {'commonest':>9} {'slowest':>8}  example")
    for tally in tallies:
        common = tally.orders.most_common(1)[0][1] / tally.held if tally.held else 0
        share = f"{tally.held:>4}/{tally.runs:<4} {len(tally.orders):>6} {common:>9.0%}"
        print(f"{share} {tally.slowest:>6.2f} s  {tally.example.name}")
        for reason in tally.refused[:1]:
            print("    " + reason.replace("\n", "\n    "))
    for tally in tallies:
        for excess in tally.excess:
            print(f"{tally.example.out}: allows more than {tally.held} runs used: {excess}")
    for reason in sorted(set().union(*(tally.missing for tally in tallies))):
        print(f"the examples were checked less than they can be: {reason}")
    held = sum(tally.held for tally in tallies)
    print(f"{held} of {sum(tally.runs for tally in tallies)} runs held")


if __name__ == "__main__":
    sys.exit(main())
