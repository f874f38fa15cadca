"""What is proposed for runs that were seen allows all of them, and little else; how a contributor comes to it."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from witness.examples import Example, find
from witness.language import Computed, Line, Output, Result, Run, Text, decide, parse, read
from witness.recording.alike import ProposeError
from witness.recording.propose import propose
from witness.running import Runner
from witness.running.interpreters import own

ROOT = Path(__file__).parent.parent
EXAMPLES = [example for example in find(Path("examples")) if len(example.programs) == 1]


def run(text: str, exit: int = 0, main: int | None = 1) -> Run:
    """Lines side by side, `7> text` for one that process 7 wrote; the main process is 1."""
    lines = [re.fullmatch(r"(?:(\d+)> )?(.*)", line) for line in text.split(" / ")]
    return Run((Output(tuple((line[2], int(line[1] or 1)) for line in lines if line), exit, main),))


def proposed(*runs: str) -> tuple[str, str]:
    """The lines proposed for these runs, side by side, and the notes."""
    record = propose(Path("a.out"), "a.py", [run(text) for text in runs])
    return " / ".join(record.text.splitlines()[1:]), "\n".join(record.notes)


# What was seen, what is proposed, and a part of what is said of it.
SEEN: dict[str, tuple[list[str], str, str]] = {
    "always the same": (["a / b"] * 3, "a / b", "no two lines ever swapped"),
    "an integer": (["n = 5!", "n = 7!", "n = 5!"], "n = {n:int=5}!", "`n` was 5 to 7"),
    "a decimal": (["0.50 s", "12.25 s"], "{x:float=0.50} s", "`x` was 0.50 to 12.25"),
    "the same number again": (["5 / 5", "6 / 6", "7 / 7"], "{n:int=5} / {n}", ""),
    "numbers that are equal by accident": (["5 / 5", "6 / 6", "7 / 8"], "{n:int=5} / {n2:int=5}", ""),
    "nothing is computed": (["2 4", "3 9"], "{n:int=2} {n2:int=4}", "is it computed?"),
    "a number that is part of a word": (["a1 x-2 v1.2.3 0x1f", "a1 x-2 v1.2.3 0x1f"], "a1 x-2 v1.2.3 0x1f", ""),
    "a number with its unit": (["took 5ms", "took 7ms"], "took {n:int=5}ms", ""),
    "a number that varies in the other line": (["n 5 / n 5", "n 5 / n 6"], "n 5 / n {n:int=5}", "line 3"),
    "behind a Chinese character": (["号5", "号6"], "号{n:int=5}", ""),
    "braces and bars": (["{5} | x", "{6} | x"], "{{{n:int=5}}} | x", ""),
    "what looks like an annotation": (["a| x / [exit 1]"] * 2, "{'a'}| x / {'['}exit 1]", ""),
    "the main process": (["I am 1", "I am 1"], "I am 1", ""),
    "threads": (
        ["A one / B one / A two / B two / end", "B one / A one / A two / B two / end"],
        "thread| A one / thread2| B one / A two / B two / end",
        "line 4, `A two`: always came after all that is above",
    ),
    "threads without order": (
        ["A one / A two / B one / B two", "B one / B two / A one / A two"],
        "thread| A one / thread| A two / thread2| B one / thread2| B two",
        "",
    ),
    "threads with a barrier": (
        ["A one / B one / A two / B two", "B one / A one / B two / A two", "A one / B one / B two / A two"],
        "thread as a| A one / thread2 as b| B one / thread after b| A two / thread2 after a| B two",
        "line 4, `A two`: always came after line 3; must it?",
    ),
    "threads that share no word of their own": (
        ["A waits / B waits / C waits", "B waits / A waits / C waits", "A waits / C waits / B waits"],
        "thread as a| A waits / thread2| B waits / thread3 after a| C waits",
        "",
    ),
    "lines that can't be told apart": (
        ["x / y / x / y", "x / x / y / y"],
        "x / thread| y / thread2| x / y",
        "",
    ),
    "a child": (
        ["start / 7> child 7 / end", "start / 8> child 8 / end"],
        "start / child| child {child:pid=7} / end",
        "",
    ),
    "a child beside the main process": (
        ["start / started 7 / 7> I am 7 / end", "start / 8> I am 8 / started 8 / end"],
        "start / main| started {child:pid=7} / child| I am {child} / end",
        "line 5, `end`: always came after all that is above",
    ),
    "a child that prints no number": (["7> a / 7> b / c", "8> a / 8> b / c"], "child| a / child| b / c", ""),
    "a child that repeats itself": (["7> a / 7> a / b", "8> a / 8> a / b"], "child| a / child| a / b", ""),
    "a number that is no writer's": (["has 7", "has 8"], "has {n:int=7}", "`n` was 7 to 8"),
    "children that are alike": (
        ["7> I am 7 / 8> I am 8", "9> I am 9 / 6> I am 6"],
        "child| I am {child:pid=7} / child2| I am {child2:pid=8}",
        "",
    ),
    "children in order": (
        ["7> put / 8> get", "8> put / 9> get"],
        "child as a| put / child2 after a| get",
        "line 3, `get`: always came after line 2; must it?",
    ),
    "the workers of a pool": (
        [
            "7> run 0 (7) / 8> run 1 (8) / 7> end 0 / 7> run 2 (7) / 8> end 1 / 7> end 2",
            "5> run 1 (5) / 4> run 0 (4) / 5> end 1 / 5> run 2 (5) / 5> end 2 / 4> end 0",
        ],
        "task as a| run 0 ({task:worker=7}) / task2 as b| run 1 ({task2:worker=8}) / task after b| end 0 / "
        "task3 after a, b| run 2 ({task3:worker=7}) / task2 as c after a| end 1 / task3 after c| end 2",
        "line 5, `run 2 (…)`: always came after line 2, 3; must it?",
    ),
    "tasks that are alike": (
        ["7> (7) / 8> (8) / 7> (7)", "6> (6) / 6> (6) / 6> (6)", "4> (4) / 5> (5) / 5> (5)"],
        "task| ({task:worker=7}) / task2| ({task2:worker=8}) / task3| ({task3:worker=7})",
        "",
    ),
}


@pytest.mark.parametrize("seen", SEEN)
def test_a_proposal(seen: str) -> None:
    runs, lines, note = SEEN[seen]
    text, notes = proposed(*runs)
    assert text == lines
    assert note in notes


# Runs that no annotations describe, and what is said of them.
HOPELESS: dict[str, tuple[list[Run], list[str]]] = {
    "a line in some runs": ([run("a / b"), run("a")], ["`b` was printed in 1 of 2 runs", "where lines do, as many"]),
    "as many lines as it happens": ([run("a / a"), run("a / a / a")], ["`a` was printed 2 to 3 times"]),
    "words that vary": ([run("5 A wins"), run("6 B wins")], ["`… A wins` was printed in 1 of 2 runs", "a number"]),
    "a word with digits": ([run("id 8f3c"), run("id 9a1b")], ["`id 8f3c` was printed in 1 of 2 runs"]),
    "an exponent": ([run("x 1e5"), run("x 2e5")], ["`x 1e5` was printed in 1 of 2 runs"]),
    "a line torn in two": (
        [run("A / B"), run("AB / "), run("A / B")],
        ["`AB` was printed in 1 of 3 runs", "If two prints got into one line, let one call write it"],
    ),
    "decimals of any length": ([run("0.5 s"), run("0.25 s")], ["`… s`: 0.5 and 0.25 are neither", "`{seconds:.2f}`"]),
    "another end": ([run("a"), run("a", exit=1)], ["the exit status was 0 in 1 runs, 1 in 1 runs"]),
    "trouble": ([run("a"), Run((Output(()),), "it left a process behind")], ["it left a process behind"]),
    "control characters": ([run("\x1b[1m")], [r"a page can't show the control characters here: `\x1b[1m`"]),
    "a worker that does two things at once": (
        [run("7> begin (7) / 7> else (7) / 7> end"), run("5> begin (5) / 4> else (4) / 5> end")],
        ["no annotations were found that allow all", "is not done with `task`"],
    ),
}


@pytest.mark.parametrize("seen", HOPELESS)
def test_what_can_not_be_described_is_refused_with_a_reason(seen: str) -> None:
    runs, reasons = HOPELESS[seen]
    with pytest.raises(ProposeError) as refused:
        propose(Path("a.out"), "a.py", runs)
    assert [reason for reason in reasons if reason not in str(refused.value)] == []


def test_without_attested_writers_it_says_so() -> None:
    outputs = [Output((("start", None), (f"child {pid}", None)), main=1) for pid in (7, 8)]
    record = propose(Path("a.out"), "a.py", [Run((output,)) for output in outputs])
    assert record.text == "$ python a.py\nstart\nchild {n:int=7}\n"
    assert "does not say which process printed a line" in record.notes[0]


# --- Real examples ---------------------------------------------------------------------------------------------------

REAL = [
    "coroutines/processes",
    "gil/waiting",
    "processes/fork",
    "processes/pool",
    "processes/process",
    "processes/queue_end",
    "threads/start_join",
    "threads/threadlocal",
]
TIMES = 20


def orders(page: Result, random: Random) -> Iterator[Line]:
    """The lines of a page in one of the orders that it allows."""
    for region in page.terminals[0].regions:
        left = {lane: list(lane.lines) for lane in region.lanes}
        done: set[str | None] = set()
        while any(left.values()):
            free = [lane for lane, lines in left.items() if lines and done.issuperset(lines[0].after)]
            line = left[random.choice(free)].pop(0)
            done.add(line.label)
            yield line


def legal(page: Result, random: Random) -> Run:
    """A run that a page allows: in any order, with any numbers of processes, and the numbers that were recorded.

    Each worker does one task. An actor that is not known to be a process is a thread, and a number that is no actor's
    is that of the main process.
    """
    numbers = map(str, random.sample(range(1000, 10_000), 100))
    values = page.values | {name: next(numbers) for name, variable in page.variables.items() if variable.is_process}
    actors = {line.actor for line in page.lines}
    main = next(
        (number for name, number in values.items() if page.variables[name].is_process and name not in actors), "1"
    )
    main = values.get("main", main)
    lines = []
    for line in orders(page, random):
        text = "".join(
            part.text
            if isinstance(part, Text)
            else part.value(values)
            if isinstance(part, Computed)
            else values[part.name]
            for part in line.parts
        )
        variable = page.variables.get(line.actor or "")
        writer = values[variable.name] if variable and variable.is_process else main
        lines.append((text, int(writer)))
    return Run((Output(tuple(lines), page.terminals[0].exit, int(main)),))


@pytest.fixture(scope="module")
def seen() -> dict[str, list[Run]]:
    """What the real examples printed, time after time."""
    with Runner() as runner:
        examples = [example for example in EXAMPLES if example.name in REAL]
        turns = [(example, runner.submit(example, None, own().path)) for _ in range(TIMES) for example in examples]
        runs: dict[str, list[Run]] = {}
        for example, turn in turns:
            runs.setdefault(example.name, []).append(turn().run)
    return runs


def compare(example: Example, runs: list[Run]) -> None:
    """Fail unless what is proposed for these runs allows them, and nothing that the example's own annotations don't."""
    own = read(example.out)
    page = parse(propose(example.out, example.programs[0].name, runs).text, example.out)
    for ran in runs:
        verdict = decide(page, ran)
        assert verdict.legal, f"{page}\n{verdict.reason}"
    for seed in range(TIMES):
        verdict = decide(own, legal(page, Random(seed)))
        assert verdict.legal, f"{page}\n{own}\n{verdict.reason}"
    printed = re.findall(r"[^\W\d]+", " ".join(page.text(line) for line in page.lines))
    words = re.findall(
        r"[^\W\d]+", " ".join(part.text for line in page.lines for part in line.parts if isinstance(part, Text))
    )
    assert printed == words, "a part that varies holds words"


@pytest.mark.parametrize("name", REAL)
def test_the_proposal_for_a_real_example_is_as_strict_as_its_own_annotations(
    name: str, seen: dict[str, list[Run]]
) -> None:
    compare(next(example for example in EXAMPLES if example.name == name), seen[name])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_proposal_for_all_legal_orders_is_as_strict_as_the_annotations(example: Example) -> None:
    page = read(example.out)
    compare(example, [legal(page, Random(seed)) for seed in range(TIMES)])
