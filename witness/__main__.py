"""The command `witness`: new, record, check, repeat, mv and rm."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from io import TextIOWrapper
from math import inf, ulp
from typing import Any

from witness.examples import Example, ExampleError, check_layout, find
from witness.recording import evidence, project
from witness.recording.check import faults
from witness.recording.project import EXAMPLES, ProjectError
from witness.recording.record import RecordError, draft, record
from witness.recording.repeat import Tally, busy, repeat, runs
from witness.running import Play, platform, run
from witness.running.interpreters import Interpreter, InterpreterError, asked, at, lacking, own
from witness.tracing.model import TraceError

NAME = "the example, as in examples/CHAPTER/NAME.py"


def main() -> int:
    """Run the command given on the command line and return its exit status.

    The status is 1 if an example did not hold, 2 if an example can't be run, 130 after Ctrl-C.
    """
    options = _parser().parse_args()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed; no other file may take its place
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r+"))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # what this terminal has no character for, as stderr shows it
    try:
        platform.prepare()
        status = options.run(options) or 0
        _flush()
        return status
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    except (ExampleError, InterpreterError, OSError, ProjectError, TraceError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _flush() -> None:
    """Write what was printed. If that fails, forget it: Python would try again at the end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="witness", description="Write, record and check the examples of these pages.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int | None], help: str) -> Callable[..., argparse.Action]:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(run=run)
        return command.add_argument

    argument = add(
        "new", lambda given: print(project.start(given.name)), "create a program, and print the fences for its page"
    )
    argument("name", metavar="CHAPTER/NAME", help=NAME)

    argument = add("record", _record, "run a program many times, idle and under load, and write or update its result")
    argument("name", metavar="CHAPTER/NAME", help=NAME)
    argument("--interpreter", metavar="PYTHON", help="run on this Python")
    argument("--timeout", **_TIMEOUT)
    argument("--times", **_TIMES, help="number of runs, idle and again under load (default: %(default)s)")

    argument = add("check", _check, "run an example, and check the run and everything recorded about it")
    argument("name", metavar="CHAPTER/NAME", help=NAME)
    argument("--interpreter", **_PYTHONS)
    argument("--timeout", **_TIMEOUT)
    argument("--watch", action="store_true", help="check again whenever the program or its result is saved")

    argument = add("repeat", _repeat, "run examples many times, and count the legal runs and their orders")
    argument("names", nargs="*", metavar="NAME", help="an example, or part of some names; without any, all are run")
    argument("-n", "--times", **_TIMES, help="number of runs of each example (default: %(default)s)")
    argument("--run", **_RUN, help="repeat only the run with this number, varied in the same way")
    argument("--load", action="store_true", help="keep all cores busy with other work meanwhile")
    argument("--interpreter", **_PYTHONS)
    argument("--record", action="store_true", help="store what was seen, for the pages to show")

    help = "rename an example, also on the pages, with everything recorded about it"
    argument = add("mv", lambda given: print(project.move(given.old, given.new)), help)
    argument("old", metavar="OLD", help=NAME)
    argument("new", metavar="NEW", help="its new name, in the same or another chapter")

    help = "delete an example, or one of its results, with its fences on the pages"
    argument = add("rm", lambda given: print(project.remove(given.name)), help)
    argument("name", metavar="CHAPTER/NAME", help=NAME)
    return parser


def _number(kind: Callable[[str], float], least: float, what: str, most: float = inf) -> Callable[[str], float]:
    """Return an argparse type that accepts numbers from `least` to `most`; `what` names them in its error."""

    def read(text: str) -> float:
        with suppress(ValueError):
            if least <= (number := kind(text)) <= most:
                return number
        raise argparse.ArgumentTypeError(f"`{text}` is not {what}")

    return read


_TIMES: dict[str, Any] = {"type": _number(int, 1, "a number of runs, 1 or more"), "default": 20}
_RUN: dict[str, Any] = {"type": _number(int, 0, "the number of a run; they start at 0"), "dest": "number"}
_PYTHONS: dict[str, Any] = {"action": "append", "metavar": "PYTHON", "help": "run on this Python; may be repeated"}
_TIMEOUT: dict[str, Any] = {
    "type": _number(float, ulp(0), "a number of seconds, more than 0 and at most 3600", 3600),
    "metavar": "SECONDS",
    "help": "time limit for a run, instead of the one in its script block",
}


def _record(options: argparse.Namespace) -> None:
    interpreter = at(options.interpreter) if options.interpreter else own()
    example = project.runnable(options.name, interpreter, options.timeout)
    play = Play(example, draft(example), interpreter)
    evidence.stored(example)  # raises for an unreadable evidence file now, not after all the runs
    seen = runs(play, options.times, _progress)
    said = record(example, seen, interpreter, propose=True) or [f"legal in {len(seen)} runs; nothing changed"]
    print(f"{example.out}: " + "\n".join(said))


def _check(options: argparse.Namespace) -> int:
    while True:
        before = _saved(options.name)
        try:
            status = max(_verdict(options, interpreter) for interpreter in asked(options.interpreter))
        except (ExampleError, OSError, ProjectError) as error:
            if not options.watch:
                raise
            print(error, file=sys.stderr)
        if not options.watch:
            return status
        print(f"{time.strftime('%X')}  waiting for the next save; press Ctrl-C to stop\n", flush=True)
        while _saved(options.name) == before:
            time.sleep(0.2)


def _verdict(options: argparse.Namespace, interpreter: Interpreter) -> int:
    """Check an example on one Python, print its faults, and return the exit status."""
    example = project.runnable(options.name, interpreter, options.timeout)
    wrong = faults(example, run(Play(example, draft(example), interpreter)), interpreter)
    on = f" (Python {interpreter.version})" if options.interpreter else ""
    print("\n".join(wrong or [f"{example.out}: a fresh run and the recorded run are legal{on}"]))
    return int(bool(wrong))


def _saved(name: str) -> list[int]:
    """The modification times of an example's programs, modules and results, in nanoseconds."""
    example = project.named(name)
    paths = [*example.files, *(result.out for result in example.siblings)]
    return [path.stat().st_mtime_ns for path in paths if path.exists()]


def _repeat(options: argparse.Namespace) -> int:
    with busy() if options.load else nullcontext():
        numbers = range(options.times) if options.number is None else [options.number]
        tallies = repeat(_named(options.names), asked(options.interpreter), numbers, _progress)
    whole = all(tally.runs == tally.wanted for tally in tallies)
    tallies = [tally for tally in tallies if tally.runs]
    _table(tallies)
    if not whole:
        print("interrupted" + ", so nothing was recorded" * options.record)
        return 130
    for tally in tallies if options.record else ():
        if tally.holds:
            seen = evidence.load(tally.example, tally.result).seen
            evidence.store(tally.example, tally.result, tally.observation(options.load), tally.kept(seen))
    return int(not all(tally.holds for tally in tallies))


def _named(parts: Sequence[str]) -> list[Example]:
    """Return the examples whose names contain one of `parts`, or all examples if there are no parts.

    A part that is a whole name means that example and its further results. Examples that can't run on this machine are
    left out.
    """
    every = {example: example.name.partition(".")[0] for example in find(EXAMPLES)}
    parts = [*map(project.without_path, parts)]
    whole = {*every.values()}.intersection(parts)
    rest = {*parts} - whole
    examples = [one for one in every if not parts or every[one] in whole or any(part in one.name for part in rest)]
    if not every:
        raise ProjectError(f"there is no example in the folder {EXAMPLES} here: is this the folder of the project?")
    if not examples:
        some = "give part of a name, such as `threads/`, or create one with `uv run witness new CHAPTER/NAME`"
        raise ProjectError(f"no example matches {' or '.join(parts)}: {some}")
    for example in examples:
        check_layout(example)
    return [example for example in examples if not lacking(example)]


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
        for fault in tally.unused:
            print(f"{tally.example.out}:{fault.line}: {fault.text}")
    if tallies and platform.here.missing:
        print(f"some checks were not possible here: {platform.here.missing}")
    held = sum(tally.held for tally in tallies)
    print(f"{held} of {sum(tally.runs for tally in tallies)} runs held")


if __name__ == "__main__":
    sys.exit(main())
