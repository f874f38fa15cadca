"""What is known of an example is what was recorded, counts while it is true, and is said to be broken where it is."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import output

from witness.examples import Example
from witness.language import ResultError, Run, decide, parse, read, recorded
from witness.recording import evidence
from witness.recording.evidence import Observation, Order, Seen, Sight
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
    """An example of which all is known."""
    example = Example(tmp_path, "c/a.pipe")
    (tmp_path / "c").mkdir()
    (tmp_path / "c/a.py").write_text("print()\n")
    example.out.write_text(RESULT)
    evidence.enter(example, read(example.out))
    evidence.observe(example, read(example.out), SEEN)
    evidence.keep(example, read(example.out), KEPT)
    evidence.draw(example, read(example.out), TRACE)
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


# What changes in the example; whether the run is still the recorded one, what repeating showed counts, and the timeline
# does. The runs that were seen always count, and are legal by all but the last.
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
    if known.observation:  # the lines are those of the result as it is now
        (first, _) = known.observation.common
        shown = evidence.ordered(result, first)
        assert [shown.text(line) for line in shown.lines] == ["two", "three", "one 7", "end"]
        assert decide(result, recorded(shown)).legal
    assert known.seen
    legal = [decide(result, Run(sight.outputs)).legal for sight in known.seen.runs]
    assert legal == [change != "a word"] * 2
    assert evidence.stored(example).trace
    example.programs[0].write_text("print(1)\n")
    assert evidence.load(example) == evidence.Evidence(known.printed)


def test_a_file_that_was_changed_is_named(example: Example) -> None:
    file = evidence.path(example)
    text = file.read_text()
    lines = text.splitlines(keepends=True)
    changed = {"", "[]", "3", "{}", "<<<<<<<", '{"printed": "\\ud800"}', text + "\n", text.replace("\n", "")}
    changed |= {text[:place] + new + text[place + 1 :] for place in range(len(text)) for new in ("", "0", '"', "x")}
    changed |= {"".join(lines[:place] + lines[place + 1 :]) for place in range(len(lines))}
    for other in changed - {text}:
        file.write_text(other)
        with pytest.raises(ResultError, match=f"^{file}:1: not as it was recorded.*: git checkout {file}, or delete"):
            evidence.load(example)
    file.write_bytes(b"\xff")
    with pytest.raises(ResultError, match="git checkout"):
        evidence.enter(example, read(example.out))
    file.unlink()
    evidence.enter(example, read(example.out))
    assert evidence.holds(evidence.load(example), read(example.out))


def test_two_may_record_at_once(example: Example) -> None:
    """One the run, another what was seen: neither writes over what the other wrote."""
    evidence.path(example).unlink()
    program = """
import sys
from dataclasses import replace
from pathlib import Path
from witness.examples import Example
from witness.recording import evidence
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


def test_the_lines_of_two_terminals_stay_apart() -> None:
    result = parse("$ python a.py\nx as up| a\ny| b\n$ python b.py  # after up\nz| c\nw| d\n", Path("a.out"))
    shown = evidence.ordered(result, Order(1, (3, 2, 6, 5), {}))
    assert [[shown.text(line) for line in terminal.lines] for terminal in shown.terminals] == [["b", "a"], ["d", "c"]]
