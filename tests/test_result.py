"""A faulty result file is refused with the line of the fault; a valid one is written back exactly as it was read."""

import doctest
from pathlib import Path

import pytest
from helpers import BLOCK, each_example

from witness import language
from witness.examples import Example, ExampleError, check_layout, find
from witness.language import Output, ResultError, Run, parse, read
from witness.recording.update import new

PATH = Path("fork.out")

# What is wrong, the text after the command, the line that the error must name, and a part of its message.
FAULTS = [
    ("unknown type", "{n:integer=3}", 2, "unknown type `integer`"),
    ("misspelt annotation", "{n:int==}", 2, "`=` is not an integer"),
    ("spaces in an annotation", "{n:int = 3}", 2, "unknown annotation `{n:int = 3}`"),
    ("empty annotation", "a\n{}", 3, "unknown annotation `{}`"),
    ("annotation of words", "{any words}", 2, "unknown annotation"),
    ("call", "{n:int=3} {print(n)}", 2, "unknown annotation `{print(n)}`"),
    ("spaces around a name", "{n:int=3} { n }", 2, "unknown annotation"),
    ("dict as printed", "{'a': 1}", 2, "unknown annotation"),
    ("an expression longer than a line", "{n:int=3} {" + "-" * 2000 + "n}", 2, "unknown annotation"),
    ("a number too large", "{n:int=3} {((((n**64)**64)**64)**64)**64}", 2, "the number is too large"),
    ("no real number", "{n:int=-9} {n**0.5//1}", 2, "is not a real number"),
    ("a width too large", "{n:int=3} {n*1:99999999}", 2, "unknown annotation"),
    ("opened, not closed", "a\nb {n:int=3", 3, "unbalanced `{`"),
    ("closed, not opened", "a\nb}", 3, "unbalanced `}`"),
    ("closed twice", "{n:int=3}}", 2, "unbalanced `}`"),
    ("name without a value", "{n:int}", 2, "`{n:int}` has no value: write `{n:int=VALUE}`"),
    ("empty value", "{n:int=}", 2, "`` is not an integer"),
    ("value twice", "{n:int=3}\n{n:int=3}", 3, "`n` is already defined"),
    ("undefined reference", "a\n{n}", 3, "`{n}` refers to a value that is not defined above"),
    ("undefined in a computation", "{n:int=3}\n{n*m}", 3, "uses `m`, which no line defines"),
    ("division by zero", "{n:int=0}\n{1/n}", 3, "can't be computed: division by zero"),
    ("enormous power", "{n:int=9}\n{n**n**n}", 3, "the exponent is over 64"),
    ("too many lines", "a\n" * 5000, 5001, "longer than 5000 lines, the limit: print fewer"),
    ("format that does not fit", "{n:int=3}\n{n/2:d}", 3, "can't be computed: Unknown format code 'd'"),
    ("format that is none", "{n:int=1234}\n{n:s}", 3, "unknown annotation `{n:s}`"),
    ("format of another type", "{n:int:%H=12}", 2, "`%H` is not a format for an integer"),
    ("format of a time that is none", "{t:time:%Q=12}", 2, "`%Q` is not a format for a time"),
    ("value not of its format", "{n:int:>6=   12}", 2, "`   12` is not an integer"),
    ("value not grouped", "{n:int:,=1234}", 2, "`1234` is not an integer"),
    ("time of no known shape", "{t:time=12.30}", 2, "`12.30` is not a time"),
    ("format with a field twice", "{t:time:%j%j=022022}", 2, "`022022` is not a time"),
    ("time that is none", "{t:time=12:61:00}", 2, "`12:61:00` is not a time"),
    ("more lanes than can be decided", "".join(f"l{n}| a\n" for n in range(501)), 2, "at most 500 are allowed"),
    ("text of no choice", "{t:text=a}", 2, "list the texts that `t` may be: `{t:text=a in a | ANOTHER}`"),
    ("text that is not among them", "{t:text=c in a | b}", 2, "outside its own bounds `in a | b`"),
    ("one of a set, not two", "{1, }", 2, "unknown annotation"),
    (
        "bounds of an identity",
        "{a:id=0x7f in 1..2}",
        2,
        "`a` is the identity of an object or a thread, such as `0x7f…`, digits or a UUID, which can't have bounds",
    ),
    ("identity in words", "{a:id=me}", 2, "`me` is not the identity"),
    ("workers that are none", "{n:int=3 of 4}", 2, "`of 4` limits the number of workers, but `n` is not a worker"),
    ("typed before the end", "{n:input=Ada} says", 2, "nothing may follow what is typed: Enter ends"),
    ("free without others", "main/| a", 2, "`main/` has no line beside it"),
    (
        "a lock that parts nothing",
        "a with k| x\na still with k| y\nb| z",
        2,
        "remove `with k`: no line of another name",
    ),
    ("nothing to keep away", "a| x\na still| y\nend", 3, "remove `still`: no line of another name could come"),
    ("a lock that keeps nothing", "a with k| x\nb with k| y", 2, "remove `with k`: no line of another name"),
    ("a lock where it is no matter", "a with k| x\na as l still with k| y\nc after l with k| z", 2, "remove"),
    (
        "a lock of the line above that is none",
        "a| x\na still with k| y\nb with k| z",
        3,
        "write `with k` before line 2",
    ),
    ("a lock of the first line", "a still with k| x\na still with k| y\nb with k| z", 2, "remove `still with"),
    (
        "a lock of a line without a name",
        "with k| x\na with k| y\na still with k| z\nb with k| w",
        2,
        "remove `with k`",
    ),
    ("wait before the label", "a after l as m| x", 2, "what stands before the bar can't be read: write `NAME as"),
    ("blank before the bar", "a as l | x", 2, "what stands before the bar can't be read"),
    ("no blank after the bar", "a as l|x", 2, "what stands before the bar can't be read"),
    ("Chinese marks", "a after l，m｜ x", 2, "what stands before the bar can't be read"),
    ("times the wrong way round", "times 3..1| a", 2, "write `times LOW..HIGH`, with LOW no greater than HIGH"),
    ("never", "times 0..0| a", 2, "write `times LOW..HIGH`, with LOW no greater than HIGH"),
    ("by turns", "times 0..| a\ntimes 0..| b\ntimes 0..| a", 4, "this repeats line 2 after other lines: `times` only"),
    ("label of what may not come", "a as l times 0..2| a\nb after l| b", 2, "nothing can wait for a line that may not"),
    (
        "label of a later copy",
        "a times 1..| x\na as l times 1..| x\nb after l| y",
        3,
        "move the label `l` to the first copy of this line, line 2",
    ),
    (
        "value of what comes often",
        "times 1..2| {n:int=3}\n{n}",
        3,
        "`{n}` has no single value: line 2 may come more than once",
    ),
    ("key after nothing", "a\n^C  # after l", 3, "no line above, or in another terminal, is labelled `as l`"),
    (
        "argument that no one printed",
        "as l| a\n$ python b.py {p}  # after l",
        3,
        "`{p}` is not a value that an earlier",
    ),
    ("wait for the same terminal", "a as l| x\n-\nb after l| y\nc| z", 4, "or be in different terminals"),
    ("choices without a value", "{n:int=1 | 2}", 2, "not an integer: write what was printed before ` in 1 | 2`"),
    ("value that is no int", "{n:int=3.0}", 2, "`3.0` is not an integer"),
    ("value that is no float", "{n:float=3}", 2, "`3` is not a decimal number"),
    ("float without decimals", "{n:float=3.}", 2, "`3.` is not a decimal number"),
    ("value that is no pid", "{n:pid=0}", 2, "`0` is not a process ID"),
    ("process that prints nothing, without a number", "{n:silent=me}", 2, "`me` is not a process ID"),
    ("outside its own bounds", "{n:int=3 in 4..}", 2, "the recorded `3` is outside its own bounds `in 4..`"),
    ("bounds the wrong way round", "{n:int=3 in 5..1}", 2, "no number is in `5..1`: write the lower bound first"),
    ("bounds without end", "{n:int=3 in .." + "9" * 5000 + "}", 2, "is not a number"),
    ("bounds of words", "{n:int=3 in few..many}", 2, "`few` is not a number"),
    ("no bounds after `in`", "{n:int=3 in ..}", 2, "unknown annotation `{n:int=3 in ..}`"),
    ("bounds of a process number", "{n:pid=3 in 1..9}", 2, "`n` is a process ID, which can't have bounds"),
    ("parts without a mark between", "{n:int=3}{m:int=4}", 2, "ends and `{m:int=4}` begins: put a separator"),
    ("digit after a part", "{n:int=3}0", 2, "put a separator between them"),
    ("digit before a part", "0{n:int=3}", 2, "put a separator between them"),
    ("hexadecimal digit after a part that is repeated", "{a:id=0x7f} {a}b", 2, "put a separator between them"),
    ("hexadecimal digit after a computed part", "{n:int:x=1f} {n+1:x}e", 2, "put a separator between them"),
    ("unknown label", "a| x\nb after l| y", 3, "no line is labelled `as l`"),
    ("label twice", "a as l| x\nb as l| y", 3, "the label `l` is already used on line 2"),
    ("wait in its own lane", "a as l| x\na after l| y\nb| z", 3, "it and line 2 must have different names"),
    ("wait across a barrier", "a as l| x\nbarrier\nb after l| y", 4, "with no unnamed line between them"),
    ("wait without an actor", "a as l| x\nafter l| y", 3, "it and line 2 must have different names"),
    ("circle", "a as l after m| x\nb as m after l| y", 2, "lines 2, 3 wait for each other in a circle"),
    (
        "circle over terminals",
        "u as u| a\nv as l after m| b\n$ python b.py  # after u\nas m after l| c",
        3,
        "3, 5 wait for",
    ),
    ("circle of a start", "u as u after m| a\nv| b\n$ python b.py  # after u\nas m| c", 2, "2, 5 wait for each other"),
    ("`main` alone", "x\nmain| y", 3, "remove `main`: no other name prints beside it"),
    ("worker on a later line", "t| go\nt| {t:worker=5}", 3, "`t` must be on the first line of its name"),
    ("worker of several lines", "t times 1..2| {t:worker=5}\nu| go", 2, "this one may come more than once"),
    ("worker that no one is", "t| {w:worker=5 in 1..9}", 2, "no line begins with `w| `"),
    ("frames", 'Traceback (most recent call last):\n  File "x.py", line 1, in f\nValueError', 3, "`  ...`"),
    ("source left after frames", "Traceback (most recent call last):\n  ...\n    f()\nValueError", 4, "`  ...`"),
    ("frames of a lane", "a| Traceback (most recent call last):\nb| x\na|   File\na| E", 4, "`  ...`"),
    ("escape sequence", "a\n\x1b[31mred", 3, r"control characters here: `\x1b[31mred`"),
    ("NUL", "a\0b", 2, r"control characters here: `a\x00b`"),
    ("carriage return", "a\r", 2, r"control characters here: `a\r`"),
    ("text direction", "a\u202eb", 2, r"control characters here: `a\u202eb`"),
    ("second terminal without a wait", "as l| a\n$ python b.py", 3, "this one names no label"),
    ("second terminal, unknown label", "a\n$ python b.py  # after l", 3, "no line above is labelled `as l`"),
    ("programs together, into a pipe", "as l| a\n$ python b.py | cat  # after l\nb", 3, "remove `| cat`"),
    ("second terminal, own label", "a\n$ python b.py  # after l\nas l| b", 3, "no line above is labelled `as l`"),
]


@pytest.mark.parametrize(("text", "line", "message"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_fault_names_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ResultError) as caught:
        parse(f"$ python fork.py\n{text}\n", PATH)
    assert str(caught.value).startswith(f"fork.out:{line}: ")
    assert message in caught.value.message


def test_an_expression_that_is_none_is_only_refused(recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(ResultError, match=r":2: unknown annotation"):
        parse("$ python a.py\n{n:int=1} {1if n}\n")
    assert not recwarn.list


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "the first line must be the command"),
        (b"Process starts\n", 1, "the first line must be the command"),
        (b"$ python\n", 1, "the first line must be the command"),
        (b"$ python -c pass\n", 1, "`$ python NAME.py` or `$ python -m NAME`"),
        (b"$ python fork.py 'a b'\n", 1, "the first line must be the command"),
        (b"$ python -u  fork.py\n", 1, "the first line must be the command"),
        (b"$ python fork.py|cat\n", 1, "followed by ` | cat`"),
        (b"$ python fork.py | tee fork.txt\n", 1, "followed by ` | cat`"),
        (b"$ python fork.py > fork.txt\n", 1, "or ` > NAME.txt; cat NAME.txt`"),
        (b"$ python fork.py > out.txt; cat out.txt\n", 1, "or ` > NAME.txt; cat NAME.txt`"),
        (b"$ python fork.py > fork.txt; cat other.txt\n", 1, "or ` > NAME.txt; cat NAME.txt`"),
        (b"$ python fork.py\r\na\r\n", 1, "LF line endings, not CR LF"),
        (b"\xef\xbb\xbf$ python fork.py\na\n", 1, "without a byte order mark"),
        (b"$ python fork.py  # after l\na\n", 1, "the first terminal can't wait"),
        (b"$ python a.py\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> two\n", 2, "unresolved merge conflict"),
        (b"$ python fork.py\na\nb", 3, "the last line must end with a newline"),
        (b"$ python fork.py\n{\n[exit 1" + b"0" * 5000 + b"]\n", 2, "unbalanced `{`"),
        (b"$ python fork.py\na\n\xff\n", 3, "this is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_result_names_its_line(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    path = tmp_path / "fork.out"
    path.write_bytes(data)
    with pytest.raises(ResultError) as caught:
        read(path)
    assert (caught.value.line, message in caught.value.message) == (line, True)


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("$ python fork.py", {}),
        ("$ python -u fork.py", {"options": ("-u",), "plain": False}),
        ("$ python fork.py | cat", {"redirect": "| cat", "plain": False}),
        ("$ python fork.py > fork.txt; cat fork.txt", {"redirect": "> fork.txt; cat fork.txt", "plain": False}),
        ("$ python fork.py --times 3", {"arguments": ("--times", "3")}),
        ("$ python -X dev -W error fork.py", {"options": ("-X", "dev", "-W", "error")}),
        ("$ python -m fork 3 | cat", {"program": "fork", "module": True, "arguments": ("3",), "redirect": "| cat"}),
        ("$ PYTHON_GIL=0 A= python fork.py", {"environment": (("PYTHON_GIL", "0"), ("A", ""))}),
    ],
)
def test_a_command_is_kept(command: str, parts: dict[str, object]) -> None:
    (terminal,) = parse(f"{command}\na\n", PATH).terminals
    assert terminal.command == command
    assert {name: getattr(terminal, name) for name in parts} == parts
    assert (terminal.program, str(terminal)) == (parts.get("program", "fork.py"), f"{command}\na\n")


def look_at(example: Example) -> None:
    check_layout(example)
    assert example.settings


PLAIN = "$ python a.py\n"
SCRIPT = "# /// script\n# {}\n# ///\n"
EMPTY = {"c/a.py": "", "c/a.out": PLAIN}


@pytest.mark.parametrize(
    ("program", "line", "message"),
    [
        (BLOCK.format("patience = 3"), 3, "unknown field `patience`"),
        (BLOCK.format('needs = ["luck"]'), 3, "Invalid enum value 'luck'"),
        (BLOCK.format('needs = "fork"'), 3, "Expected `array`, got `str`"),
        (BLOCK.format("needs = [3]"), 3, "Expected `str`, got `int`"),
        (BLOCK.format('timeout = "3"'), 3, "Expected `float`"),
        (BLOCK.format("timeout = true"), 3, "Expected `float`"),
        (BLOCK.format("timeout = -1"), 3, "Expected `float`"),
        (BLOCK.format("timeout = nan"), 3, "Expected `float`"),
        (BLOCK.format("alone = 1"), 3, "Expected `bool`, got `int`"),
        ("\n" + BLOCK.format("timeout = "), 4, "is not valid TOML"),
        (SCRIPT.format("a = " + "9" * 5000), 1, "is not valid TOML"),
        (SCRIPT.format("a = " + "[" * 5000), 1, "is not valid TOML"),
        ("\n# /// script\n# timeout = 3\n", 2, "never ends"),
        (SCRIPT.format("requires-python = 3"), 2, "Expected `str`, got `int`"),
        (SCRIPT.format('requires-python = ">=abc"'), 2, "Invalid specifier: '>=abc'"),
        ("\n" + SCRIPT.format("tool = 3"), 3, "Expected `object`, got `int`"),
        (SCRIPT.format("tool.witness = 3"), 2, "Expected `object`, got `int`"),
        (SCRIPT.format("dependencies = 3"), 2, "Expected `array`, got `int`"),
        (BLOCK.format("alone = true") * 2, 5, "a second script block"),
        (SCRIPT.format('requires-python = ">=3.11"'), 2, "remove `requires-python`"),
        ("a = 1\n" + SCRIPT.format('requires-python = ">=3.14"'), 2, "move the script block to the top"),
        ("\n" + SCRIPT.format("dependencies = ['b==1']"), 2, "move the script block to the top"),
        (BLOCK.format("alone = true") + "a = 1\n", 1, "move the script block to the very end"),
        ("a = 1\n" + BLOCK.format("alone = true") + "\n", 2, "move the script block to the very end"),
        ("a = 1\nb = '\udcff'\n", 2, "this is not UTF-8 text"),
        ("a = 1\n<<<<<<< HEAD\na = 2\n=======\na = 3\n>>>>>>> two\n", 2, "unresolved merge conflict"),
    ],
)
def test_a_script_block_that_is_wrong_says_so(tmp_path: Path, program: str, line: int, message: str) -> None:
    assert message in laid_out(tmp_path, {"c/a.py": program, "c/a.out": ""}, f"c/a.py:{line}")


@pytest.mark.parametrize(
    ("files", "where", "message"),
    [
        ({"c/fork.out": ""}, "c/fork.out:1", "this result has no program"),
        ({"c/fork.py": "", "c/.#fork.py": ""}, "c/fork.py:1", "this program has no result"),
        ({"c/fork.py": f"a{'.a' * 20_000}\n"}, "c/fork.py:1", "this program has no result"),
        ({"c/pair/server.py": "", "c/pair/client.py": ""}, "c/pair/client.py:1", "this program has no result"),
        ({"c/queue.py": "", "c/queue.out": ""}, "c/queue.py:1", "shadows the standard library module `queue`"),
        ({"c/pair/queue.py": "", "c/pair.out": ""}, "c/pair/queue.py:1", "shadows the standard library module `queue`"),
        (EMPTY | {"c/a.luck.out": PLAIN}, "c/a.luck.out:1", "unknown need `luck`"),
        (EMPTY | {"c/a.out": "$ python -u a.py\n"}, "c/a.out:1", "the first line must be `$ python a.py`"),
        (EMPTY | {"c/a.out": "$ python b.py\n"}, "c/a.out:1", "the first line must be `$ python a.py`"),
        (EMPTY | {"c/a.gil.out": "$ python a.py | cat\n"}, "c/a.gil.out:1", "the first line must be"),
    ],
)
def test_an_example_laid_out_wrong_says_so(tmp_path: Path, files: dict[str, str], where: str, message: str) -> None:
    assert message in laid_out(tmp_path, files, where)


def laid_out(root: Path, files: dict[str, str], where: str) -> str:
    """Write `files`, and return the error that the check of their examples raises; it must name the place `where`."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, errors="surrogateescape")
    with pytest.raises(ExampleError) as caught:
        list(map(look_at, find(root)))
    assert f"{root / where}: " in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("program", "version", "needs"),
    [
        (SCRIPT.format('requires-python = ">=3.14"') + "a = 1\n", ">=3.14", []),
        (SCRIPT.format('requires-python = ">=3.11.5"'), ">=3.11.5", []),
        (SCRIPT.format("dependencies = ['b==1']") + "a = 1\n", "", []),
        (SCRIPT.format("requires-python = '>=3.13'\n# [tool.witness]\n# needs = ['gil']"), ">=3.13", ["gil"]),
        ("a = 1\n\n" + BLOCK.format('needs = ["fork"]'), "", ["fork"]),
    ],
)
def test_a_script_block_stands_where_it_belongs(tmp_path: Path, program: str, version: str, needs: list[str]) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/a.py").write_text(program)
    (tmp_path / "c/a.out").write_text(PLAIN)
    (tmp_path / "c/a.any-name.out").write_text("$ python a.py | cat\n")
    for example in find(tmp_path):
        look_at(example)
        assert (example.requires_python, example.settings.needs) == (version, needs)


@each_example
def test_a_result_is_written_as_it_was_read(example: Example) -> None:
    text = example.out.read_text()
    assert str(parse(text, example.out)) == text


@pytest.mark.parametrize(
    "line",
    ["^C  # after 0 s", "^C  # after 2.50 s", "^C  # after 0.0001 s", "^C  # after 1000000 s", "times 01..3| b", "b| "],
)
def test_a_line_written_in_another_way_means_the_same(line: str) -> None:
    result = parse(f"$ python a.py\na\n{line}\n", PATH)
    again = parse(str(result), PATH)
    assert (again.allowed, str(again)) == (result.allowed, str(result))
    assert [each.key for each in again.lines] == [each.key for each in result.lines]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t",
        "{}",
        "{'a': 1}",
        "{{n}}",
        "}{",
        "$ python fork.py",
        "$ python fork.py  # after label",
        "[exit 1]",
        "[signal 9]",
        "[no newline]",
        "# proposed: it",
        "<<<<<<< a\n=======\n>>>>>>> b",
        "^C",
        "^C  # after 2 s",
        "times 0..3| text",
        "because of it| text",
        "main/| text",
        "{1, 2}",
        "$ A=1 python -X dev -m fork a b",
        "👩\u200d💻 a\u00a0b",
        "1\u202f234 \u2009 \u2003 می\u200cخواهم ❤\ufe0f",
        "child| text",
        "child|",
        "child as l| text",
        "child after l, m| text",
        "as l| text",
        "after l| text",
        " as l| text",
        "a | b",
        "|",
        "进程| 中文",
        "e\u0301 \u3000 名",
        "...",
        "  ...",
    ],
)
def test_any_printed_line_can_be_recorded(text: str) -> None:
    printed = text.split("\n")
    for lines in (printed, ["a", *printed, "b"], printed * 2):
        for exit in 0, 1:
            output = Output(tuple((line, None) for line in lines), exit)
            result = parse(new(parse("$ python fork.py\n", PATH), Run((output,))).text, PATH)
            end = ["[exit 1]"] * exit
            assert result.output == "".join(f"{line}\n" for line in ["$ python fork.py", *lines, *end])
            assert [(line.actor, line.varying) for line in result.lines] == [(None, ())] * len(lines)
            assert result.terminals[0].exit == exit


def test_lines_may_be_as_many_as_a_program_prints() -> None:
    last = "".join(f"b{number}\n" for number in range(1500))
    text = f"$ python a.py\nas up| up\nx| a\nm after end| bye\n$ python b.py  # after up\n{last}as end| end\n"
    assert str(parse(text, PATH)) == text


def test_an_indented_line_has_no_actor_and_no_label() -> None:
    (line,) = parse("$ python a.py\n as l| x\n", PATH).lines
    assert (line.actor, line.label) == (None, None)


RECORDED = (
    "$ python a.py\n{a:pid=3} starts\nx as l| {b:pid=4} of {a}\ny| {t:float=0.25 in ..3}\ny after l| {b}\n[exit 1]\n"
)


def test_what_a_file_allows_is_the_same_for_every_run_of_it() -> None:
    first, x, y, z, status = RECORDED.splitlines(keepends=True)[1:]
    again = "".join(["$ python a.py\n", first, y, x, z, status]).replace("pid=3", "pid=7").replace("0.25", "1.50")
    assert again != RECORDED
    assert parse(again, PATH).allowed == parse(RECORDED, PATH).allowed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("starts", "started"),
        ("a.py", "b.py"),
        ("{a:pid=3} starts", "main| {a:pid=3} starts"),
        ("x as l|", "z as l|"),
        ("y after l|", "y|"),
        ("0.25 in ..3", "0.25"),
        ("0.25", "0.250"),
        ("b:pid", "b:int"),
        ("of {a}", "of {b}"),
        ("[exit 1]", "[exit 2]"),
        ("y| {t:float=0.25 in ..3}\ny after l| {b}\n", "y after l| {b}\ny| {t:float=0.25 in ..3}\n"),
    ],
)
def test_what_a_file_allows_is_another_with_another_annotation(old: str, new: str) -> None:
    assert old in RECORDED
    assert parse(RECORDED.replace(old, new), PATH).allowed != parse(RECORDED, PATH).allowed


def test_the_example_of_the_package_holds() -> None:
    assert doctest.testmod(language).attempted
    assert doctest.testmod(language).failed == 0
