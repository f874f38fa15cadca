"""The command `witness`."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from math import inf

from witness.examples import ExampleError, check, find
from witness.language import ResultError
from witness.recording import check as checking
from witness.recording import evidence, project
from witness.recording.project import EXAMPLES, ProjectError
from witness.recording.record import Mode, RecordError, draft, record
from witness.recording.repeat import Tally, busy, repeat, runs
from witness.running import Runner, platform
from witness.running.interpreters import Interpreter, InterpreterError, at, lacking, own
from witness.tracing.model import TraceError

NAME = "the example: examples/CHAPTER/NAME.py"
TIMEOUT = "give a run so long, in place of what its script block says"


def main() -> int:
    """Understand the command line; the exit status is 1 where an example did not hold, 2 where it can't be run."""
    options = _parser().parse_args()
    # A job in the background of a script is started with SIGINT ignored, and so would be all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status: int = options.run(options)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 1
    except (ExampleError, InterpreterError, OSError, ProjectError, ResultError, TraceError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="witness", description="Write, record and check the examples of these pages.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(run=run)
        return command

    command = add("new", _new, "start a program, and print what to put on its page")
    command.add_argument("name", metavar="CHAPTER/NAME", help=NAME)
    command = add("record", _record, "run a program many times, idle and loaded, and write or renew its result")
    command.add_argument("name", metavar="CHAPTER/NAME", help=NAME)
    command.add_argument("--interpreter", metavar="PYTHON", help="run on this Python")
    command.add_argument("--timeout", type=_seconds, metavar="SECONDS", help=TIMEOUT)
    command.add_argument(
        "--times", type=int, default=20, help="how often to run it in either way (default: %(default)s)"
    )
    command = add("check", _check, "run an example, and say whether it and its recorded run hold")
    command.add_argument("name", metavar="CHAPTER/NAME", help=NAME)
    command.add_argument("--interpreter", action="append", metavar="PYTHON", help="run on this Python; may be repeated")
    command.add_argument("--timeout", type=_seconds, metavar="SECONDS", help=TIMEOUT)
    command.add_argument("--watch", action="store_true", help="again whenever the program or its result is saved")
    command = add("repeat", _repeat, "run examples many times and say how often each held, and in which orders")
    command.add_argument(
        "names", nargs="*", metavar="NAME", help="a part of the examples' names; all, if none is given"
    )
    command.add_argument("-n", "--times", type=int, default=20, help="how often to run each (default: %(default)s)")
    command.add_argument(
        "--run", dest="number", type=int, metavar="NUMBER", help="only the run of this number, as it was varied"
    )
    command.add_argument("--load", action="store_true", help="keep every core busy with something else meanwhile")
    command.add_argument("--interpreter", action="append", metavar="PYTHON", help="run on this Python; may be repeated")
    command.add_argument("--record", action="store_true", help="keep what was seen, for the pages to show")
    command = add("mv", _move, "give an example another name, also on the pages, and keep what is known of it")
    command.add_argument("old", metavar="OLD", help=NAME)
    command.add_argument("new", metavar="NEW", help="its new name, of the same or of another chapter")
    command = add("rm", _remove, "delete an example, or one of its results, and its fences on the pages")
    command.add_argument("name", metavar="CHAPTER/NAME", help=NAME)
    return parser


def _seconds(text: str) -> float:
    if not 0 < (seconds := float(text)) < inf:
        raise ValueError
    return seconds


def _new(options: argparse.Namespace) -> int:
    print(project.start(options.name))
    return 0


def _move(options: argparse.Namespace) -> int:
    print(project.move(options.old, options.new))
    return 0


def _remove(options: argparse.Namespace) -> int:
    print(project.remove(options.name))
    return 0


def _record(options: argparse.Namespace) -> int:
    interpreter = at(options.interpreter) if options.interpreter else own()
    example = project.runnable(options.name, interpreter, options.timeout)
    result, _ = draft(example)
    seen = runs(example, result, interpreter, options.times, _progress)
    said = record(example, seen, interpreter, Mode.PROPOSE) or [f"legal in {len(seen)} runs; nothing changed"]
    print(f"{example.out}: " + "\n".join(said))
    return 0


def _check(options: argparse.Namespace) -> int:
    while True:
        before = _saved(options.name)
        try:
            status = max(_verdict(options, interpreter) for interpreter in _interpreters(options))
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
    """Check an example on a Python, say what is wrong, and return the exit status."""
    example = project.runnable(options.name, interpreter, options.timeout)
    result, _ = draft(example)
    with Runner(1) as runner:
        run = runner.submit(example, result, interpreter.path)().run
    wrong = checking.check(example, run, interpreter)
    on = f" (Python {interpreter.version})" if options.interpreter else ""
    print("\n".join(wrong or [f"{example.out}: a fresh run and the recorded one are legal{on}"]))
    return int(bool(wrong))


def _interpreters(options: argparse.Namespace) -> list[Interpreter]:
    return [at(path) for path in options.interpreter or []] or [own()]


def _saved(name: str) -> list[int]:
    """When the files of an example were written."""
    example = project.named(name)
    paths = [*example.files, *(result.out for result in example.siblings)]
    return [path.stat().st_mtime_ns for path in paths if path.exists()]


def _repeat(options: argparse.Namespace) -> int:
    names = options.names
    examples = [example for example in find(EXAMPLES) if not names or any(name in example.name for name in names)]
    if not examples:
        raise ExampleError(EXAMPLES, 0, f"no example is called {' or '.join(names)}")
    for example in examples:
        check(example)
    able = [example for example in examples if not lacking(example)]
    with busy() if options.load else nullcontext():
        numbers = range(options.times) if options.number is None else [options.number]
        tallies = repeat(able, _interpreters(options), numbers, _progress)
    tallies = [tally for tally in tallies if tally.runs]
    _table(tallies)
    for tally in tallies if options.record else ():
        if not tally.refused and not tally.unused[0]:
            seen = evidence.load(tally.example, tally.result).seen
            evidence.observe(tally.example, tally.result, tally.observation(options.load))
            evidence.keep(tally.example, tally.result, tally.kept(seen))
    return int(any(tally.refused or tally.unused[0] for tally in tallies))


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
        wrong, doubtful = tally.unused
        for said in wrong:
            print(f"{tally.example.out}:1: allows what does not happen: {said}")
        for said in doubtful:
            print(f"{tally.example.out}:1: may allow too much: {said}")
    for reason in platform.here.missing if tallies else ():
        print(f"the examples were checked less than they can be: {reason}")
    held = sum(tally.held for tally in tallies)
    print(f"{held} of {sum(tally.runs for tally in tallies)} runs held")


if __name__ == "__main__":
    sys.exit(main())
