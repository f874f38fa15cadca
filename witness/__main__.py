"""The command `witness`: new, record, check, repeat, mv and rm."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from itertools import chain
from math import inf, ulp
from typing import Any

from witness.examples import Example, ExampleError, check_layout, find
from witness.language import ResultError
from witness.recording import evidence, project
from witness.recording.check import faults
from witness.recording.project import EXAMPLES, ProjectError
from witness.recording.record import RecordError, draft, record
from witness.recording.repeat import Tally, busy, repeat, runs
from witness.running import Runner, platform
from witness.running.interpreters import Interpreter, InterpreterError, asked, at, lacking, own
from witness.tracing.model import TraceError

NAME = "the example: examples/CHAPTER/NAME.py"


def main() -> int:
    """Run the command given on the command line and return its exit status.

    The status is 1 if an example did not hold, 2 if an example can't be run, 130 after Ctrl-C.
    """
    options = _parser().parse_args()
    # A shell script starts its background jobs with SIGINT ignored, and every program run from here would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return options.run(options) or 0
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    except (ExampleError, InterpreterError, OSError, ProjectError, ResultError, TraceError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="witness", description="Write, record and check the examples of these pages.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int | None], help: str) -> Callable[..., argparse.Action]:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(run=run)
        return command.add_argument

    argument = add("new", lambda given: print(project.start(given.name)), "start a program, and what its page needs")
    argument("name", metavar="CHAPTER/NAME", help=NAME)

    argument = add("record", _record, "run a program many times, idle and loaded, and write or renew its result")
    argument("name", metavar="CHAPTER/NAME", help=NAME)
    argument("--interpreter", metavar="PYTHON", help="run on this Python")
    argument("--timeout", **_TIMEOUT)
    argument("--times", **_TIMES, help="how often to run it in either way (default: %(default)s)")

    argument = add("check", _check, "run an example, and say whether it and its recorded run hold")
    argument("name", metavar="CHAPTER/NAME", help=NAME)
    argument("--interpreter", **_PYTHONS)
    argument("--timeout", **_TIMEOUT)
    argument("--watch", action="store_true", help="again whenever the program or its result is saved")

    argument = add("repeat", _repeat, "run examples many times and say how often each held, and in which orders")
    argument("names", nargs="*", metavar="NAME", help="a part of the examples' names; all, if none is given")
    argument("-n", "--times", **_TIMES, help="how often to run each (default: %(default)s)")
    argument("--run", **_RUN, help="only the run of this number, as it was varied")
    argument("--load", action="store_true", help="keep every core busy with something else meanwhile")
    argument("--interpreter", **_PYTHONS)
    argument("--record", action="store_true", help="keep what was seen, for the pages to show")

    help = "give an example another name, also on the pages, and keep what is known of it"
    argument = add("mv", lambda given: print(project.move(given.old, given.new)), help)
    argument("old", metavar="OLD", help=NAME)
    argument("new", metavar="NEW", help="its new name, of the same or of another chapter")

    help = "delete an example, or one of its results, and its fences on the pages"
    argument = add("rm", lambda given: print(project.remove(given.name)), help)
    argument("name", metavar="CHAPTER/NAME", help=NAME)
    return parser


def _number(kind: Callable[[str], float], least: float, what: str) -> Callable[[str], float]:
    """Return an argparse type that accepts finite numbers from `least` up; `what` names them in its error."""

    def read(text: str) -> float:
        with suppress(ValueError):
            if least <= (number := kind(text)) < inf:
                return number
        raise argparse.ArgumentTypeError(f"`{text}` is no {what}")

    return read


_TIMES: dict[str, Any] = {"type": _number(int, 1, "number of runs, 1 or more"), "default": 20}
_RUN: dict[str, Any] = {"type": _number(int, 0, "number of a run: they begin at 0"), "dest": "number"}
_PYTHONS: dict[str, Any] = {"action": "append", "metavar": "PYTHON", "help": "run on this Python; may be repeated"}
_TIMEOUT: dict[str, Any] = {
    "type": _number(float, ulp(0), "number of seconds, more than 0"),
    "metavar": "SECONDS",
    "help": "how long a run may last, in place of what its script block says",
}


def _record(options: argparse.Namespace) -> None:
    interpreter = at(options.interpreter) if options.interpreter else own()
    example = project.runnable(options.name, interpreter, options.timeout)
    result, _ = draft(example)
    evidence.stored(example)  # raises for an unreadable evidence file now, not after all the runs
    seen = runs(example, result, interpreter, options.times, _progress)
    said = record(example, seen, interpreter, propose=True) or [f"legal in {len(seen)} runs; nothing changed"]
    print(f"{example.out}: " + "\n".join(said))


def _check(options: argparse.Namespace) -> int:
    while True:
        before = _saved(options.name)
        try:
            status = max(_verdict(options, interpreter) for interpreter in asked(options.interpreter))
        except (ExampleError, ProjectError, ResultError) as error:
            if not options.watch:
                raise
            print(error, file=sys.stderr)
        if not options.watch:
            return status
        print(f"{time.strftime('%X')}  waiting for the next save; Ctrl-C ends it\n", flush=True)
        while _saved(options.name) == before:
            time.sleep(0.2)


def _verdict(options: argparse.Namespace, interpreter: Interpreter) -> int:
    """Check an example on one Python, print its faults, and return the exit status."""
    example = project.runnable(options.name, interpreter, options.timeout)
    result, _ = draft(example)
    with Runner(1) as runner:
        run = runner.submit(example, result, interpreter.path)().run
    wrong = faults(example, run, interpreter)
    on = f" (Python {interpreter.version})" if options.interpreter else ""
    print("\n".join(wrong or [f"{example.out}: a fresh run and the recorded one are legal{on}"]))
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
        print("it was interrupted" + ", so nothing is recorded" * options.record)
        return 130
    for tally in tallies if options.record else ():
        if tally.holds:
            seen = evidence.load(tally.example, tally.result).seen
            evidence.observe(tally.example, tally.result, tally.observation(options.load))
            evidence.keep(tally.example, tally.result, tally.kept(seen))
    return int(not all(tally.holds for tally in tallies))


def _named(parts: Sequence[str]) -> list[Example]:
    """Return the examples whose names contain one of `parts`, or all examples if there are no parts.

    Examples that can't run on this machine are left out.
    """
    examples = [example for example in find(EXAMPLES) if not parts or any(part in example.name for part in parts)]
    if not examples:
        some = "a part of a name is enough, such as `threads/`; `uv run witness new CHAPTER/NAME` starts an example"
        raise ProjectError(f"no example is called {' or '.join(parts)}: {some}")
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
        for fault in chain(*tally.unused):
            print(f"{tally.example.out}:{fault.line}: {fault.text}")
    if tallies and platform.here.missing:
        print(f"the examples were checked less than they can be: {platform.here.missing}")
    held = sum(tally.held for tally in tallies)
    print(f"{held} of {sum(tally.runs for tally in tallies)} runs held")


if __name__ == "__main__":
    sys.exit(main())
