"""A result that is written anew keeps its annotations and values, and the notes say what it had to give up."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from helpers import EXAMPLES, any_page, any_run, attested, output

from witness.examples import Example
from witness.language import (
    Output,
    Reference,
    Result,
    ResultError,
    Run,
    Variable,
    decide,
    fold_tracebacks,
    parse,
    read,
    recorded,
)
from witness.recording.update import new, refresh, update

PATH = Path("a.out")
PAGE = """\
$ python a.py
Process ({main:pid=3}) start...
main| I ({main}) just made {child:pid=4}.
child| I am {child} and my parent is {main}.
child as end| Result: {n:int=6 in 1..} * {n} = {n*n}
main after end| Done after {t:float=0.5 in 0..3} s.
[exit 1]
"""
PRINTED = """\
7> Process (7) start...
7> I (7) just made 8.
8> I am 8 and my parent is 7.
8> Result: 5 * 5 = 25
7> Done after 0.1 s.
"""

REFRESHED = [("main:pid=3", "main:pid=7"), ("child:pid=4", "child:pid=8"), ("t:float=0.5", "t:float=0.1")]

# Edits of the output, the edits of the file that should follow, and parts of the notes.
EDITS: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]] = {
    "a word": ([("start...", "begins...")], [("start...", "begins...")], ["line 2 reworded"]),
    "a word of an actor": ([("my parent", "my mother")], [("my parent", "my mother")], ["line 4 reworded"]),
    "a word beside a computed part": (
        [("Result: 5 * 5 =", "Result: 5 times 5 =")],
        [
            ("Result: {n:int=6 in 1..} * {n} = {n*n}", "Result: {n:int=5 in 1..} times {n} = 25"),
            *REFRESHED,
        ],
        ["line 5 reworded", "dropped {n*n}"],
    ),
    "a line more": ([("0.1 s.\n", "0.1 s.\n7> Bye.\n")], [("s.\n", "s.\nmain| Bye.\n")], ["new line: `Bye.`"]),
    "a line more of an actor": (
        [("= 25\n", "= 25\n8> Bye.\n")],
        [("{n*n}\n", "{n*n}\nchild| Bye.\n")],
        ["new line: `Bye.`"],
    ),
    "a line more with the number of a process": (
        [("0.1 s.\n", "0.1 s.\n7> Joined (8).\n")],
        [("s.\n", "s.\nmain| Joined ({child}).\n")],
        ["new line: `Joined (8).`"],
    ),
    "a line more with a number that only happens to be one of the others": (
        [("0.1 s.\n", "0.1 s.\n7> Bye 5.\n")],
        [
            ("s.\n", "s.\nmain| Bye 5.\n"),
            ("n:int=6", "n:int=5"),
            *REFRESHED,
        ],
        ["new line: `Bye 5.`"],
    ),
    "a line with braces": ([("0.1 s.\n", "0.1 s.\n7> {}\n")], [("s.\n", "s.\nmain| {{}}\n")], ["new line: `{}`"]),
    "a line less": (
        [("7> Done after 0.1 s.\n", "")],
        [("main after end| Done after {t:float=0.5 in 0..3} s.\n", "")],
        ["line 6 is gone: `main after end| Done after {t:float=0.5 in 0..3} s.`", "dropped {t:float=0.5 in 0..3}"],
    ),
    "a line less that is waited for": (
        [("8> Result: 5 * 5 = 25\n", "")],
        [("child as end| Result: {n:int=6 in 1..} * {n} = {n*n}\n", ""), (" after end", "")],
        ["line 5 is gone", "no longer waits for end", "dropped {n:int=6 in 1..}"],
    ),
    "the first line of a number": (
        [("7> Process (7) start...\n", "")],
        [("Process ({main:pid=3}) start...\n", ""), ("I ({main})", "I ({main:pid=3})")],
        ["line 2 is gone"],
    ),
    "all of an actor": (
        [("8> I am 8 and my parent is 7.\n", ""), ("8> Result: 5 * 5 = 25\n", "")],
        [
            ("child| I am {child} and my parent is {main}.\n", ""),
            ("child as end| Result: {n:int=6 in 1..} * {n} = {n*n}\n", ""),
            ("main| ", ""),
            ("main after end| ", ""),
        ],
        ["line 4 is gone", "line 5 is gone", "no longer waits for end"],
    ),
    "a line moved": (
        [("7> Process (7) start...\n", ""), ("0.1 s.\n", "0.1 s.\n7> Process (7) start...\n")],
        [
            ("Process ({main:pid=3}) start...\n", ""),
            ("I ({main})", "I ({main:pid=3})"),
            ("s.\n", "s.\nProcess ({main}) start...\n"),
        ],
        [],
    ),
    "a value beyond its bounds": (
        [("0.1 s.", "9.1 s.")],
        [],
        ["line 6 must be edited by hand", "outside its bounds `in 0..3`"],
    ),
}


def ran(lines: str, exit: int) -> Run:
    """Return a run whose main process is 7."""
    return Run((replace(output(lines.rstrip("\n").replace("\n", " / "), exit), main=7),))


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_what_it_must(edit: str) -> None:
    printed, changes, said = EDITS[edit]
    lines, text = PRINTED, PAGE
    for old, change in printed:
        assert old in lines
        lines = lines.replace(old, change)
    for old, change in changes:
        assert old in text
        text = text.replace(old, change, 1)
    run = ran(lines, exit=1)
    change_ = update(parse(PAGE, PATH), run)
    assert change_.text == text
    notes = "\n".join(change_.notes)
    assert all(note in notes for note in said)
    anew = parse(change_.text, PATH)
    assert decide(anew, run).legal == ("must be edited by hand" not in notes)


def test_digits_in_a_word_are_no_number() -> None:
    page = parse("$ python a.py\nid {a:int=7} here it is\n", PATH)
    change = update(page, Run((output("id 8f3c there it is"),)))
    assert change.text == "$ python a.py\nid 8f3c there it is\n"
    assert "dropped {a:int=7}" in "\n".join(change.notes)


def test_a_status_is_recorded() -> None:
    assert update(parse(PAGE, PATH), ran(PRINTED, exit=-9)).text == PAGE.replace("[exit 1]", "[signal 9]")


def test_a_line_goes_on_waiting_for_another_terminal() -> None:
    text = "$ python a.py\nas up| up\nafter asks| answers\n$ python b.py  # after up\nas asks| asks\n"
    change = update(parse(text, PATH), Run((output("up / more / answers"), output("asks"))))
    assert change.text == text.replace("up\nafter", "up\nmore\nafter")


def test_old_values_that_no_longer_fit_together_are_not_kept() -> None:
    page = parse("$ python a.py\ns| {s:worker=5}\ns| end s\nt| {t:worker=5}\nt| end t\n", PATH)
    run = Run((output("6> 6 / 7> 7 / 6> end s / 7> end t / 1> bye"),))
    change = update(page, run)
    anew = parse(change.text, PATH)
    assert anew.values == {"s": "6", "t": "7"}
    assert decide(anew, recorded(anew)).legal


def test_a_new_line_of_a_process_with_two_names_is_given_neither() -> None:
    page = parse("$ python a.py\na| one\nb| two\n", PATH)
    change = update(page, Run((output("1> one / 1> more / 1> two"),)))
    assert change.text == "$ python a.py\na| one\nmore\nb| two\n"


def test_what_cannot_be_shown_is_not_recorded() -> None:
    run = Run((output("\x1b[31mred"),))
    with pytest.raises(ResultError, match="control characters"):
        new(parse("$ python a.py\n", PATH), run)
    with pytest.raises(ResultError, match="control characters"):
        update(parse("$ python a.py\nred\n", PATH), run)


@pytest.mark.parametrize("seed", range(4))
def test_a_legal_run_is_recorded_as_it_was(seed: int) -> None:
    random, found = Random(seed), 0
    for _ in range(100):
        page = any_page(random, 4, 4)
        run, _ = any_run(random, page)
        if not (verdict := decide(page, run)).legal or not page.has_all(verdict.order):
            continue
        change = refresh(page, run)
        anew = parse(change.text, PATH)
        assert str(anew) == change.text
        printed = [text for output in run.outputs for text, _ in output.lines]
        assert printed == [anew.text(line) for line in anew.lines]
        assert decide(anew, recorded(anew)).legal
        assert verdict.values.items() <= anew.values.items()  # a repeated line's copies have their own
        found += 1
    assert found > 20


def edited(run: Run, nth: int) -> Iterator[Run]:
    """Yield every `nth` edit of the last terminal's output: a line removed, doubled, reworded, added or moved up."""
    *others, last = run.outputs
    for place, line in enumerate(last.lines):
        text, writer = line
        before, after = last.lines[:place], last.lines[place + 1 :]
        reworded = text.replace(" ", " really ", 1) + "!"
        edits = (
            [*before, *after],
            [*before, line, line, *after],
            [*before, (reworded, writer), *after],
            [*before, ("{new}| 7", writer), line, *after],
            [line, *before, *after],
        )
        for number, lines in enumerate(edits, place):
            if number % nth == 0:
                yield Run((*others, Output(tuple(fold_tracebacks(lines)), 3, last.main)))


def annotations(page: Result) -> set[str]:
    """Return the texts by which the notes may name an annotation."""
    parts = [part for line in page.lines for part in line.varying]
    waits = {label for line in page.lines for label in line.after}
    return {part.name if isinstance(part, Variable | Reference) else str(part) for part in parts} | waits


ANNOTATED = [example for example in EXAMPLES if annotations(page := read(example.out)) or page.is_named]


@pytest.mark.parametrize("example", ANNOTATED, ids=lambda example: example.name)
def test_no_edit_drops_an_annotation_in_silence(example: Example) -> None:
    page = read(example.out)
    for run in edited(attested(page), 1 + len(page.terminals[-1].lines) // 8):
        if decide(page, run).legal:
            continue
        change = update(page, run)
        anew = parse(change.text, example.out)
        notes = "\n".join(change.notes)
        assert str(anew) == change.text
        if "all annotations dropped" in notes:
            continue
        assert all(lost in notes for lost in annotations(page) - annotations(anew))
        if "must be edited by hand" not in notes:
            assert decide(anew, run).legal
            assert decide(anew, recorded(anew)).legal


def test_what_comes_often_or_in_any_order_is_refreshed_as_it_came() -> None:
    text = (
        "$ python a.py\ntimes 0..4| still {n:int=1}\ntimes 0..4| still {n2:int=2}\n[{1, 2}]\n"
        "main/| {t:int:>3=  1}\nmain/| end\n"
    )
    page = parse(text, Path("a.out"))
    lines = ("still 7", "still 8", "still 9", "[2, 1]", "end", " 12")
    change = refresh(page, Run((Output(tuple((line, None) for line in lines)),)))
    assert change.text == (
        "$ python a.py\ntimes 0..4| still {n:int=7}\ntimes 0..4| still {n2:int=8}\ntimes 0..4| still {n3:int=9}\n"
        "[{2, 1}]\nmain/| end\nmain/| {t:int:>3= 12}\n"
    )
    assert parse(change.text, Path("a.out")).allowed == page.allowed


def test_what_the_recorded_value_says_of_its_format_stays() -> None:
    page = parse("$ python a.py\nat {n:int=05}: {x:float=1e-05} {y:float=0.50}\n", PATH)
    change = refresh(page, Run((output("at 10: 0.25 0.75"),)))
    assert change.text == "$ python a.py\nat {n:int:02d=10}: {x:float!r=0.25} {y:float=0.75}\n"
    assert decide(parse(change.text, PATH), Run((output("at 07: 2e-07 0.50"),))).legal


def test_a_run_without_a_line_that_may_come_is_not_printed() -> None:
    page = parse("$ python a.py\ntimes 0..1| late\nend\n", PATH)
    assert not page.has_all(decide(page, Run((output("end"),))).order)
    assert page.has_all(decide(page, Run((output("late / end"),))).order)
