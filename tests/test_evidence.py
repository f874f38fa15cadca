"""What is known of an example is what was recorded; it counts while it is true, and a broken file is refused."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import Forged, copied, forge, output, slower, without

from witness.examples import Example
from witness.language import ResultError, decide, read, recorded
from witness.recording import check, evidence
from witness.recording.evidence import Observation, Order, Seen, Sight
from witness.recording.record import RecordError, record
from witness.running.interpreters import Interpreter, own
from witness.tracing.model import Event, Kind, Lane, Trace
from witness.tracing.notes import LaneKind
from witness.tracing.waits import Wait

RESULT = "$ python a.py\nb| one {n:int=1}\na| two\na| three\nend\n"
EVENTS = (Event(0.0, Kind.BEGIN), Event(0.5, Kind.WAIT, what=Wait.JOIN, lane=1), Event(1.5, Kind.LINE, 2, link=3))
TRACE = Trace("", "3.14.0t", (Lane("α", LaneKind.FORK, EVENTS), Lane("b", LaneKind.TASK, EVENTS[:1])))
SEEN = Observation(("3.11.7", "3.13.0t"), 20, True, 2)
ORDERS = Order(15, (3, 4, 2, 5), {"n": "7"}), Order(5, (2, 3, 4, 5), {"n": "1"})
KEPT = Seen(
    20,
    (
        Sight(15, "3.11.7", (output("8> two / 8> three / 7> one 7 / end"),)),
        Sight(5, "3.13.0t", (output("7> one 1 / 8> two / 8> three / end"),)),
    ),
)


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """Return an example with everything that can be known of it."""
    example = Example(tmp_path, "c/a.pipe")
    (tmp_path / "c").mkdir()
    (tmp_path / "c/a.py").write_text("print()\n")
    example.out.write_text(RESULT)
    evidence.enter(example, read(example.out))
    evidence.store(example, read(example.out), SEEN, KEPT, TRACE)
    return example


def test_it_stands_beside_the_result_as_it_was_recorded(example: Example) -> None:
    assert {path.name for path in example.out.parent.iterdir()} == {"a.py", "a.pipe.out", "a.pipe.json"}
    known = evidence.load(example)
    assert evidence.holds(known, read(example.out))
    assert known.trace == replace(TRACE, digest=known.trace.digest if known.trace else "")
    assert known.observation == replace(SEEN, common=ORDERS, of=known.observation.of if known.observation else "")
    assert known.seen == replace(KEPT, of=known.seen.of if known.seen else "")
    lines = evidence.path(example).read_text().splitlines()
    assert '          {"milliseconds": 0.5, "kind": "wait", "what": "join", "lane": 1},' in lines
    assert any('["one 7", 7]' in line for line in lines)


def test_of_a_new_example_nothing_is_known(example: Example) -> None:
    evidence.path(example).unlink()
    assert evidence.load(example) == evidence.Evidence()
    assert not evidence.holds(evidence.load(example), read(example.out))


# An edit of the result file; then whether the run is still the recorded one, and whether what repeating showed, and the
# timeline, still count. Kept runs always count; all of these files but the last allow them.
CHANGES = {
    "nothing": ("", "", (True, True, True)),
    "an annotation": ("int=1", "int=1 in 0..", (True, False, True)),
    "another run": ("int=1", "int=2", (False, True, False)),
    "another order": ("b| one {n:int=1}\na| two\n", "a| two\nb| one {n:int=1}\n", (False, True, False)),
    "a word": ("two", "too", (False, False, False)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_known_counts_while_it_is_true(example: Example, change: str) -> None:
    old, new, counts = CHANGES[change]
    example.out.write_text(RESULT.replace(old, new))
    result, known = read(example.out), evidence.load(example)
    assert (evidence.holds(known, result), known.observation is not None, known.trace is not None) == counts
    if known.observation:  # its lines must be those of the result as it is now
        (first, _) = known.observation.common
        texts = {line.number: result.text(line) for line in result.lines}
        assert [texts[number].partition(" ")[0] for number in first.lines] == ["two", "three", "one", "end"]
    assert known.seen
    legal = [decide(result, sight.run).legal for sight in known.seen.runs]
    assert legal == [change != "a word"] * 2
    assert evidence.stored(example).trace
    example.programs[0].write_text("print(1)\n")
    assert evidence.load(example) == evidence.Evidence(known.printed)


def test_kept_runs_are_of_what_was_typed(example: Example) -> None:
    typed = "$ python a.py\nName? {name:input=Ada}\n^C\nend\n"
    example.out.write_text(typed)
    evidence.store(example, read(example.out), seen=KEPT)
    for other in ("=Bob}", "=Ada}\n^D"):
        example.out.write_text(typed.replace("=Ada}", other))
        assert evidence.load(example).seen is None
    example.out.write_text(typed.replace("end", "{a:text=end in end | ended}"))
    assert evidence.load(example).seen


def test_a_file_that_was_changed_is_named(example: Example) -> None:
    file = evidence.path(example)
    text = file.read_text()
    lines = text.splitlines(keepends=True)
    changed = {
        "",
        "[]",
        "3",
        "{}",
        '{"a":' * 9999,
        "<<<<<<<",
        '{"printed": "\\ud800"}',
        text + "\n",
        text.replace("\n", ""),
    }
    changed |= {text[:place] + ["", "0", '"', "x"][place % 4] + text[place + 1 :] for place in range(len(text))}
    changed |= {"".join(lines[:place] + lines[place + 1 :]) for place in range(len(lines))}
    for other in changed - {text}:
        file.write_text(other)
        with pytest.raises(
            ResultError, match=f"^{file}:1: not as it was recorded.*; restore it with `git checkout {file}`, or delete"
        ):
            evidence.load(example)
    file.write_text(f"{lines[0]}<<<<<<< HEAD\n{''.join(lines[1:])}=======\n>>>>>>> two\n")
    with pytest.raises(ResultError, match=f"^{file}:1: unresolved merge conflict: delete this file and run `uv run"):
        evidence.load(example)
    file.write_bytes(b"\xff")
    with pytest.raises(ResultError, match="git checkout"):
        evidence.enter(example, read(example.out))
    file.unlink()
    evidence.enter(example, read(example.out))
    assert evidence.holds(evidence.load(example), read(example.out))


def test_two_may_record_at_once(example: Example) -> None:
    """One records the run, the other what was seen; neither overwrites what the other wrote."""
    evidence.path(example).unlink()
    program = """
import sys
from dataclasses import replace
from pathlib import Path
from witness.examples import Example
from witness.recording import check, evidence
example, what = Example(Path(sys.argv[1]), "c/a.pipe"), sys.argv[2]
for number in range(1, 51):
    evidence.change(example, **{what: str(number) if what == "printed" else evidence.Observation((), number, True, 1)})
"""
    recorders = [
        subprocess.Popen([sys.executable, "-c", program, example.root, what]) for what in ("printed", "observation")
    ]
    assert [recorder.wait() for recorder in recorders] == [0, 0]
    known = evidence.stored(example)
    assert known.observation
    assert (known.printed, known.observation.runs) == ("50", 50)


# Forgeries with a right checksum, which anyone who can write here can make.


@pytest.fixture
def queue(tmp_path: Path) -> Example:
    """Return a copy of an example that was repeated, with a timeline in which one process waits for the other."""
    return copied("processes/queue_end", tmp_path)


def refused(example: Example, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is wrong with an example, apart from its style and its page."""
    monkeypatch.setattr(check, "by_file", lambda _: dict.fromkeys([*example.files, example.out], ()))
    return check.faults(example, recorded(read(example.out)), Interpreter("", "3.11.7", ()))


def runs(times: float) -> Callable[[Forged], None]:
    """Return a forger that multiplies the number of runs."""

    def lie(known: Forged) -> None:
        known["observation"]["runs"] = known["seen"]["times"] = int(known["observation"]["runs"] * times)

    return lie


def pythons(*versions: str) -> Callable[[Forged], None]:
    return lambda known: known["observation"].update(pythons=versions)


def lane(known: Forged, name: str) -> list[Forged]:
    """Return the events of a lane."""
    found: list[Forged] = next(lane["events"] for lane in known["trace"]["lanes"] if lane["name"] == name)
    return found


def swap_names(known: Forged) -> None:
    _, one, other = known["trace"]["lanes"]
    one["name"], other["name"] = other["name"], one["name"]


def swap_lines(known: Forged) -> None:
    """Exchange the lines of two lanes, so that each has what the other printed."""
    one, other = (event for name in ("writer", "reader") for event in lane(known, name) if event.get("place") in (3, 4))
    one["place"], other["place"] = other["place"], one["place"]


def cause(**lie: object) -> Callable[[Forged], None]:
    """Return a forger that changes the first cause."""
    return lambda known: known["trace"]["causes"][0].update(lie)


def late(known: Forged) -> None:
    """Move what the writer does behind what the reader does."""
    for event in lane(known, "writer"):
        event["milliseconds"] += 5000


def circle(known: Forged) -> None:
    first = known["trace"]["causes"][0]
    known["trace"]["causes"].append({"before": first["after"], "after": first["before"], "links": []})


def another_run(known: Forged) -> None:
    """Change the text of a run that was kept."""
    known["seen"]["runs"][0]["outputs"][0]["lines"][1][0] = "Put Z to queue..."


FORGED: dict[str, tuple[Callable[[Forged], object], str]] = {
    "a thousand times the runs": (runs(1000), "60000 runs"),
    "no runs": (runs(0), "0 runs"),
    "fewer runs than orders": (runs(0.1), "6 runs in "),
    "no Python": (pythons(), "60 runs on Python (no version)"),
    "a Python that is not yet": (pythons("3.11.7", "3.99.1"), "there is no supported Python 3.99.1"),
    "a Python of long ago": (pythons("3.11.7", "2.7.18"), "there is no supported Python 2.7.18"),
    "a release that is not": (pythons("3.11.99"), "there is no supported Python 3.11.99"),
    "a release in other digits": (pythons("3.11.٧"), "there is no supported Python 3.11.٧"),
    "a build that is not": (pythons("3.12.1t"), "there is no supported Python 3.12.1t"),
    "one Python twice": (pythons("3.11.7", "3.11.7"), "60 runs on Python 3.11.7, 3.11.7"),
    "a Python of which no run is": (pythons("3.12.1"), "no run on Python 3.1"),
    "another number of runs": (lambda known: known["observation"].update(runs=77), "the kept ones are from 60"),
    "a thousand times the orders": (lambda known: known["observation"].update(orders=7000), "60 runs in 7000 orders"),
    "fewer orders than are kept": (lambda known: known["observation"].update(orders=1), "1 orders, but "),
    "an order that is counted too often": (lambda known: known["seen"]["runs"][0].update(count=1000), "of 60 runs"),
    "less than no run": (lambda known: known["seen"]["runs"][0].update(count=-1), "a negative count"),
    "a kept run that the result does not allow": (another_run, "contradicts its annotations"),
    "a kept run of another Python": (
        lambda known: known["seen"]["runs"][0].update(python="4.0.0"),
        "no supported Python 4.0.0",
    ),
    "another digest of the printed run": (
        lambda known: known.update(printed="0" * 64),
        "not the run that was recorded",
    ),
    "no timeline": (lambda known: known.pop("trace"), "it has no timeline"),
    "a timeline of no Python": (
        lambda known: known["trace"].update(python="9.9.9t"),
        "there is no supported Python 9.9.9t",
    ),
    "a timeline of hours": (slower(1e6), "more than the program's timeout allows"),
    "a timeline that runs back": (slower(-1), "in this order"),
    "no waits": (without("wait"), "begin, wait, go on and end"),
    "no arrows from who lets go": (without("put"), "an arrow with only one end"),
    "no lines": (without("line"), "does not have the lines of the result"),
    "a lane without an end": (without("end"), "begin, wait, go on and end"),
    "a lane that is not there": (lambda known: known["trace"]["lanes"].pop(), "does not have the lines of the result"),
    "two lanes of one name": (
        lambda known: known["trace"]["lanes"][2].update(name="writer"),
        "two rows of the timeline with the same name",
    ),
    "a job of another lane": (lambda known: known["trace"]["lanes"][1].update(jobs=[99]), "a job that prints no line"),
    "one that begins before it is started": (
        lambda known: lane(known, "reader")[0].update(milliseconds=0.0),
        "reader begins before it is started",
    ),
    "an arrow from later on": (late, "an arrow that leads back in time"),
    "causes in a circle": (circle, "a line that comes before itself"),
    "names exchanged": (swap_names, "no chain from the printer"),
    "lines exchanged": (swap_lines, "not have the lines of the result in their order"),
    "no causes": (lambda known: known["trace"].update(causes=[]), "nothing is known to make this line wait"),
    "causes that nobody looked for": (lambda known: known["trace"].pop("causes"), "its timeline has no causes"),
    "a cause of the other order": (cause(before=4, after=3, links=[]), "they come in the opposite order"),
    "a cause of no line": (cause(before=99), "there is no such line"),
    "a lock of no line": (lambda known: known["trace"].update(locked=[[1, 2, 99]]), "a lock keeps together, but there"),
    "a cause between others": (cause(before=1, after=2), "nothing is known to make this line wait for line 4"),
}


def test_how_often_an_order_came_is_of_the_result_as_it_was(queue: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under other annotations, orders that read the same may differ, and the other way round."""
    forge(queue, lambda known: (known.pop("observation"), known["seen"]["runs"][0].update(count=60)))
    assert not [said for said in refused(queue, monkeypatch) if "no recording writes this" in said]


@pytest.mark.parametrize("lie", FORGED)
def test_what_no_recording_writes_is_refused(queue: Example, lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(queue, monkeypatch) == []
    change, message = FORGED[lie]
    forge(queue, change)
    found = refused(queue, monkeypatch)
    assert any(message in said for said in found), found
    assert all(re.match(r"\S+\.(?:json|out):\d+: ", said) for said in found)
    if "no recording writes this" in found[0]:
        with pytest.raises(RecordError, match="no recording writes this: restore it"):
            record(queue, [recorded(read(queue.out))], own())
