"""Only fences that embed files look like code or a result, and each result stands below its program."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import refuse
from helpers import EXAMPLES

DOCS = Path("docs")
PROGRAMS = {str(example.out): [str(path) for path in example.programs] for example in EXAMPLES}
FENCE = re.compile(r"^( *)(`{3,}|~{3,})([^`\n]*)\n(.*?)^\1\2$", re.MULTILINE | re.DOTALL)
SCISSORS = re.compile("-+8<-+")
EMBED = re.compile(r'--8<-- "(\S+)"\n')
COMMAND = re.compile(r"(?:[A-Z_]+=\S* )*(?:python3?|uv|ssh|export|echo) |\$env:\w+")
DRAWN = re.compile(r'--8<-- "docs/assets/(?:choose/)?\w+\.svg"')
"""The pictures that may be embedded; `test_plots.py` draws those in docs/assets/choose/ from results."""
LIST = re.compile(r" *(?:[-*+]|\d+\.|!!!|\?\?\?\+?) ")
MARKS = re.compile(r'</?(?:figure|kbd)>|\{ (?:#[\w-]+|\.outcome) \}|!!! note "[^"]+"')
"""The HTML, attributes and boxes that a page may have: those for which Markdown has no sign, and an id of its own."""
LOOKS = '<kbd>, <figure>, { #id }, { .outcome } and !!! note "TITLE"'
Faults = Iterator[tuple[int, str]]


def faults(text: str, programs: dict[str, list[str]]) -> list[str]:
    """Return what is wrong with the text of a page, each with its line; `programs` has those of each result file."""
    plain = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), text)
    rest = re.sub(r"(?<!\\)(`+)(?!`).+?(?<!`)\1(?!`)", "", plain)
    found = [*in_fences(text, programs), *beside_fences(plain), *in_html(rest)]
    return [f"{line}: {fault}" for line, fault in found]


def line_of(match: re.Match[str]) -> int:
    return match.string.count("\n", 0, match.start()) + 1


def in_fences(text: str, programs: dict[str, list[str]]) -> Faults:
    above: list[str] = []  # the programs since the last result
    shown = ""
    result_was_last = True
    for fence in FENCE.finditer(text):
        _, ticks, info, body = fence.groups()
        line = line_of(fence)
        language, _, title = info.partition(" ")
        embed = EMBED.fullmatch(body.lstrip())
        name = re.fullmatch(r'title="(\S+)"', title)
        if ticks[0] == "~":
            yield line, "a fence is made of ```, not of ~~~"
        elif SCISSORS.search(body) and (not embed or not name or Path(embed[1]).name != name[1]):
            yield line, 'a file is embedded whole, under its own name: title="NAME" above --8<-- "examples/…/NAME"'
        elif language == "result":
            path = body.strip()
            if not set(programs.get(path, ())) & set(above) and not ("." in Path(path).stem and is_shown(path, shown)):
                yield line, f"{path} is not below its program"
            result_was_last = True
            continue
        elif language == "console":
            if not all(COMMAND.match(command.strip()) for command in body.splitlines()):
                yield line, "a console block has commands only; what they print is a result"
        elif title and not embed:
            yield line, "what has the title of a file is that file, embedded"
        elif language != "python" and not embed:
            yield line, f"`{language}` is no fence of ours: write python or console, or embed a file of examples/"
        if embed and embed[1].startswith("examples/"):
            above = [embed[1]] if result_was_last else [*above, embed[1]]
            above += [embed[1].removesuffix(".out") + ".py"] * embed[1].endswith(".out")
            shown += f" {embed[1]}"
            result_was_last = False


def beside_fences(plain: str) -> Faults:
    beside = ""
    for line, words in enumerate(plain.split("\n"), 1):
        if "```" in words or "~~~" in words:
            yield line, f"`{words.strip()}`: a fence begins and ends on lines of its own"
        if SCISSORS.search(words) and not DRAWN.fullmatch(words):
            yield line, f"`{words.strip()}`: what is embedded stands in a fence, but for a picture"
        if "![" in words:
            yield line, f'`{words.strip()}`: a picture is a drawing that is embedded, --8<-- "docs/assets/NAME.svg"'
        deep = re.match(r" {8}| *\t", words) and not LIST.match(words)
        if re.match(r" {4}|\t", words) and (deep or not LIST.match(beside)):
            yield line, f"`{words.strip()}`: code and output stand in a fence, and are not moved in"
        elif words.strip() and not words.startswith((" ", "\t")):
            beside = words


def in_html(rest: str) -> Faults:
    for match in re.finditer(r"<[A-Za-z/!?][^>]*>?|\{[^}]*\}?|(?:!!!|\?\?\?)[^\n]*|^///.*", rest, re.MULTILINE):
        if not MARKS.fullmatch(match[0]):
            yield line_of(match), f"`{match[0]}`: only a fence gives text its look, but for {LOOKS}"


def is_shown(result: str, shown: str) -> bool:
    """Return whether this further result, of another command line or build, has a program among those `shown`."""
    return any(program in shown.split() for program in PROGRAMS.get(result, ()))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=str)
def test_only_fences_show_code_and_results(page: Path) -> None:
    refuse(f"{page}:{fault}" for fault in faults(page.read_text(), PROGRAMS))


GOOD = """一段 `<b>`，[链接](a.md){ #id }。

```python title="a.py"
--8<-- "examples/c/a.py"
```

```python title="b.py"
--8<-- "examples/c/b.py"
```

```result
examples/c/a.out
```

```result
examples/c/b.out
```

```python
print(1)
#> 1
```

```console
uv run pytest
PYTHON_GIL=0 python a.py
```
"""
LIES = {
    "a result as HTML": ("一段", '<div class="result">一段</div>', "`<div class"),
    "HTML in capitals": ("一段", '<DIV class="result">一段</DIV>', "`<DIV class"),
    "HTML without an end": ("一段", "<svg/class=result", "`<svg/class"),
    "HTML between marks that are no code": ("一段", r"\`<b>一段</b>\`", "`<b>`"),
    "a tag with a class": ("一段", '<kbd class="seen">一段</kbd>', "only a fence gives text its look"),
    "a box that looks like a result": ("一段", '!!! seen "重复运行"\n\n    一段', "only a fence gives text its look"),
    "a box of several looks": ("一段", '!!! note result "重复运行"\n\n    一段', "only a fence gives text its look"),
    "details": ("一段", "<details open>一段</details>", "`<details open>`"),
    "a class without a blank": ("{ #id }", "{.seen}", "only a fence gives text its look"),
    "a class as an attribute": ("{ #id }", "{class=seen}", "only a fence gives text its look"),
    "a class beside code": ("`<b>`", "`<b>`{.line}", "only a fence gives text its look"),
    "a class on a paragraph": ("{ #id }", "{ #id .seen }", "only a fence gives text its look"),
    "a class with a colon": ("{ #id }", "{: .result }", "only a fence gives text its look"),
    "a style": ("{ #id }", '{ style="color: red" }', "only a fence gives text its look"),
    "another fence": ("```python\nprint(1)\n#> 1\n```", "~~~python\nprint(1)\n~~~", "not of ~~~"),
    "a block of text": ("```python\nprint(1)", "```text\nprint(1)", "`text` is no fence of ours"),
    "no language": ("```python\nprint(1)", "```\nprint(1)", "`` is no fence of ours"),
    "another title": ('title="a.py"', 'title="b.py"', "under its own name"),
    "no title": (' title="a.py"', "", "under its own name"),
    "a section of a file": ('a.py"\n```', 'a.py:5:9"\n```', "under its own name"),
    "a line added to a file": ('a.py"\n```', 'a.py"\nprint(1)\n```', "under its own name"),
    "a result of a program that is not there": ("c/a.out", "c/d.out", "c/d.out is not below its program"),
    "a result before its program": (
        "一段",
        "```result\nexamples/c/a.out\n```\n一段",
        "1: examples/c/a.out is not below",
    ),
    "a text under the title of a file": (
        'title="a.py"\n--8<-- "examples/c/a.py"',
        'title="a.py"\nprint(1)',
        "that file, embedded",
    ),
    "a result that is moved in": ("一段", "一段\n\n    $ python a.py\n    hello", "not moved in"),
    "a result that is moved in below a list": (
        "一段",
        "- 一段\n\n        $ python a.py\n        hello",
        "not moved in",
    ),
    "a fence in a quotation": ("一段", "> ```text\n> hello\n> ```\n一段", "on lines of its own"),
    "a fence without an end": ("PYTHON_GIL=0 python a.py\n```", "hello", "on lines of its own"),
    "a picture of a result": ("一段", "![结果](result.png)", "a picture is a drawing"),
    "a file of HTML": ("一段", '--8<-- "docs/result.html"\n\n一段', "what is embedded stands in a fence"),
    "a file between two marks": (
        "一段",
        "--8<--\ndocs/result.html\n--8<--\n\n一段",
        "what is embedded stands in a fence",
    ),
    "a file behind another mark": ("一段", "-8<- 'docs/result.html'\n\n一段", "what is embedded stands in a fence"),
    "a file in a quotation": ("一段", '> --8<-- "docs/assets/a.svg"\n\n一段', "what is embedded stands in a fence"),
    "another mark in a fence": ("```python\nprint(1)", '```python\n-8<- "a.txt"\nprint(1)', "a file is embedded whole"),
    "a result without a fence": ("一段", '--8<-- "examples/c/a.out"\n\n一段', "what is embedded stands in a fence"),
    "output that looks like a command": ("uv run pytest\n", "python a.py\nhello from the child\n", "commands only"),
    "output in a console block": ("uv run pytest\n", "$ python a.py\nhello\n", "a console block has commands only"),
}


def test_a_good_page_has_no_fault() -> None:
    assert faults(GOOD, {f"examples/c/{name}.out": [f"examples/c/{name}.py"] for name in "abd"}) == []


@pytest.mark.parametrize("lie", LIES)
def test_what_looks_like_a_fence_but_is_none_is_refused(lie: str) -> None:
    old, new, message = LIES[lie]
    assert old in GOOD
    found = faults(GOOD.replace(old, new, 1), {f"examples/c/{name}.out": [f"examples/c/{name}.py"] for name in "abd"})
    assert message in found[0]


def test_two_results_that_changed_places_are_refused() -> None:
    page = GOOD + GOOD.replace("/a.", "/e.").replace('"a.py', '"e.py')
    swapped = page.replace("c/a.out", "c/X").replace("c/e.out", "c/a.out").replace("c/X", "c/e.out")
    programs = {f"examples/c/{name}.out": [f"examples/c/{name}.py"] for name in "abe"}
    assert faults(page, programs) == []
    assert len(faults(swapped, programs)) == 2
