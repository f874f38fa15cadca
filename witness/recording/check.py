"""Check whether an example is still true: a fresh run, its recorded run, its evidence, its style, its page."""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from ruff import find_ruff_bin

from witness.examples import Example, check_layout
from witness.language import PROPOSED, Fault, Result, Run, decide, recorded, text_of
from witness.recording import evidence, plausible, timelines
from witness.recording.evidence import Evidence, Seen
from witness.recording.record import draft, is_proposal
from witness.recording.unused import Used
from witness.running.interpreters import Interpreter, lacking, unfit

PAGES = Path("docs")


def faults(
    example: Example, run: Run, interpreter: Interpreter, files: Mapping[Path, Sequence[str]] | None = None
) -> list[str]:
    """Return what is wrong with an example that printed `run` on an `interpreter` that it is for; [] if nothing is.

    `files` is the result of `by_file`, for a caller that has asked it about many examples at once.
    """
    check_layout(example)
    result = draft(example)
    known = evidence.load(example, result)
    again = f"record it with `uv run witness record {example.name}`"
    found = plausible.doubts(example, result, known) or untrue(example, result, known, run, interpreter.version)
    if not evidence.holds(known, result):
        found.append(f"{example.out}:1: this is not the run that was recorded; {again}")
    if is_proposal(example):
        last = len(example.out.read_text().splitlines())
        found.append(f"{example.out}:{last}: {PROPOSED.removeprefix('# ').strip()}")
    elif not found and (reason := timelines.stale(example, result)):
        found.append(f"{example.out}:1: {reason}; {again}")
    files = by_file([example]) if files is None else files
    return [*found, *chain.from_iterable(files[file] for file in (*example.files, example.out))]


def untrue(example: Example, result: Result, known: Evidence, run: Run, python: str) -> list[str]:
    """Return what the annotations of `result` say that neither `run`, made on `python`, nor the evidence bears out."""
    seen = known.seen or Seen(0, ())
    runs = [run, *known.runs]
    verdicts = [decide(result, one) for one in runs]
    told = [
        f"Python {python} printed what this result does not allow",
        *(
            f"a run that was seen on Python {sight.python} contradicts its annotations ({evidence.path(example)})"
            for sight in seen.runs
        ),
        "the printed run contradicts its annotations",
    ]
    found = [
        Fault(verdict.line, f"{words}\n{verdict.reason}")
        for words, verdict in zip(told, [*verdicts, decide(result, recorded(result))], strict=True)
        if not verdict.legal
    ]
    if not found:
        used = Used(result)
        for one, verdict in zip(runs, verdicts, strict=True):
            used.add(one, verdict)
        found += used.faults(seen.times, f"{seen.times} runs")
    if not found and known.trace:
        edited = f"; if the result was edited, record it again with `uv run witness record {example.name}`"
        found += [
            Fault(line, text + edited) for line, text in timelines.faults(result, known.trace, used.luck, used.orders)
        ]
    return [f"{result.path}:{fault.line}: {fault.text}" for fault in found]


def by_file(examples: Iterable[Example]) -> dict[Path, list[str]]:
    """Return for each file of the examples what ruff finds in it, and whether no page shows it.

    ruff starts once for all of them: once for each file is slow.
    """
    found: dict[Path, list[str]] = {file: [] for example in examples for file in (*example.files, example.out)}
    programs = [file for file in found if file.suffix == ".py" and file.is_file()]
    for tool, rule in ("check", ""), ("format --check", " unformatted:"):
        options = f"{tool} --quiet --no-cache --output-format=concise"
        command = [find_ruff_bin(), *options.split(), *map(str, programs)]
        done = subprocess.run(command, capture_output=True, text=True)
        for file in programs:
            said = [line for line in done.stdout.splitlines() if line.startswith(f"{file}:") and rule in line]
            found[file] += [line + f"; format it with `uv run ruff format {file}`" * bool(rule) for line in said]
            if done.returncode > 1 and not done.stdout:
                found[file].append(f"{file}:1: ruff can't check this file\n{done.stderr}".rstrip())
    if PAGES.is_dir():
        shown = "\n".join(pages().values())
        for file in found:
            if file.as_posix() not in shown:
                found[file].append(f"{file}:1: no page shows this file yet; add its fence to one")
    return found


def pages() -> dict[Path, str]:
    """Return the text of each page. Raises `ResultError` if one is not UTF-8."""
    # An editor may have left a link to nowhere beside an open page.
    return {page: text_of(page) for page in PAGES.rglob("*.md") if page.is_file()}


def unable(example: Example, interpreter: Interpreter) -> str:
    """Return why the example can't run here on this Python, or ""."""
    return unfit(example, interpreter) or lacking(example)


def replaced(example: Example, interpreter: Interpreter) -> bool:
    """Return whether another result of the same programs is meant for this Python."""
    return any(not unable(other, interpreter) for other in example.results)


def says_so(example: Example, run: Run, reason: str) -> str:
    """Return what is wrong with a run on a system that lacks what the program needs, for `reason`; "" if nothing is.

    Such a run must print a single line that says so, and end with status 1.
    """
    wrong = run.trouble
    for output in run.outputs:
        if output.exit != 1 or len(output.lines) != 1 or not output.lines[0][0].strip():
            wrong = wrong or f"it exited with status {output.exit}; lines printed: {len(output.lines)}"
            wrong += "".join(f"\n{text}" for text, _ in output.lines)
    return wrong and (
        f"{example.programs[0]}:1: it can't run here ({reason.partition(';')[0]}); it must say so in one line "
        f"and exit with status 1, for example with `sys.exit('...')`\n{wrong}"
    )
