"""A claim about a version of Python, or about a system, has its source or its program beside it."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import refuse

DOCS = Path("docs")
PAGES = sorted(DOCS.rglob("*.md"))
# But not a number of seconds, times or bytes, nor a UNIX socket.
VERSION = re.compile(
    r"(?<![\d.])3\.\d{1,2}(?!\d| ?(?:[毫微纳]?秒|倍|%|[KMG]i?B|m?s\b))|Python [23](?![\d.])|Python 2\.\d"
)
SYSTEM = re.compile(
    r"(?<![A-Za-z])(?:Windows|macOS|Mac\b|Linux|\w*BSD|POSIX|(?i:unix)(?! ?域?套接字)"
    r"|Android|iOS|WebAssembly|Debian|Ubuntu)"
)
# A primary source is by those who make the thing.
PRIMARY = re.compile(
    r"""https?://([\w-]+\.)*(
        python\.org | github\.com/python | man7\.org | kernel\.org | opengroup\.org | gnu\.org | debian\.org
        | microsoft\.com | visualstudio\.com | apple\.com | github\.com/apple-oss-distributions | jetbrains\.com
        | ipython\.readthedocs\.io | jupyter\.org | github\.com/(ipython|jupyter) | astral\.sh
        | rfc-editor\.org | w3\.org | unicode\.org | psycopg\.org | github\.com/MagicStack
    )(/|$)""",
    re.VERBOSE,
)

FENCE = re.compile(r"\s*(`{3,})")
ITEM = re.compile(r"\s*(?:[-*+]|\d+\.) +")
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)(?:\{[^}]*\})?")


@dataclass
class Block:
    """A paragraph, a list item, a table row or a heading, as it is written; or a fence, without its text."""

    line: int
    kind: str
    text: str = ""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page in order, without its front matter."""
    found: list[Block] = []
    lines = re.sub(
        r"\A---\n.*?^---\n", lambda matter: "\n" * matter[0].count("\n"), text, flags=re.M | re.S
    ).splitlines()
    fence = ""
    going = False  # whether the next line may continue the last block
    for number, line in enumerate(lines, 1):
        if fence:
            if line.strip() == fence:
                fence = ""
        elif opening := FENCE.match(line):
            fence, going = opening[1], False
            found.append(Block(number, "fence"))
        elif not line.strip():
            going = False
        elif re.match(r"#+ |\s*(?:!!!|\?\?\?)", line):
            found.append(Block(number, "heading", line))
            going = False
        elif re.match(r"\s*\|[-:| ]+\|$", line):
            found[-1].kind = "heading"  # a table's
        elif line.lstrip().startswith("|"):
            found.append(Block(number, "row", line.strip().strip("|")))
            going = False
        elif going and not ITEM.match(line):
            found[-1].text += "\n" + line
        else:
            found.append(Block(number, "prose", ITEM.sub("", line, count=1)))
            going = True
    return found


def sourced(text: str) -> bool:
    """Return whether a block links to a primary source, or to another place on our pages, which is checked itself."""
    targets = [link[2] for link in LINK.finditer(text)]
    return any(PRIMARY.match(target) or re.match(r"[\w./-]*\.md(#|$)|#", target) for target in targets)


def claims(text: str) -> list[str]:
    """Return the sentences of a block that name a version or a system, except questions and code."""
    plain = LINK.sub(r"\1", re.sub(r"(`+).+?\1", "`…`", text))
    sentences = re.split(r"(?<=[。！？])", plain.replace("\n", " "))
    return [
        sentence.strip()
        for sentence in sentences
        if (VERSION.search(sentence) or SYSTEM.search(sentence)) and not sentence.endswith("？")
    ]


def unproven(text: str) -> list[tuple[int, str]]:
    """Return each claim of a page that has neither a source nor a program beside it, with its line."""
    found = []
    parts = blocks(text)
    shown = {id(part) for pair in pairwise(parts) for part in pair if "fence" in (pair[0].kind, pair[1].kind)}
    proven = False  # a proof at the end of the section counts for all of it
    for part in reversed(parts):
        if part.kind == "heading":
            proven = False
        elif part.kind != "fence":
            here = id(part) in shown or sourced(part.text)
            proven = proven or (here and part.text.startswith("证明："))
            if not (proven or here):
                found += [(part.line, claim) for claim in reversed(claims(part.text))]
    return found[::-1]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_claim_has_its_proof_beside_it(page: Path) -> None:
    refuse(
        (f"{page}:{line}: {claim}" for line, claim in unproven(page.read_text())),
        "Show it by a program directly before or after it, or link, in its paragraph, item or row, to the section\n"
        "of a program or to a primary source, which is on a host that tests/test_claims.py names.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "3.12 起，它给出警告。",
        "旧的写法在 Python 2 里有用。",
        "命令是 `fork`，Windows 没有它。",
        "macOS 上默认用 `spawn`（3.8 起）。",
        "自由线程构建（3.13t）没有 GIL。",
        "3.13.0 修好了它。",
        "一般的 Unix 都有。",
        "为什么？因为 Linux 上复制了内存。",
        # A paragraph, item or row does not prove another one.
        "见[文档](https://docs.python.org/zh-cn/3/library/os.html)。\n\nWindows 没有它。",
        "Windows 没有它。\n\n见[文档](https://docs.python.org/zh-cn/3/library/os.html)。",
        "- 见[文档](https://docs.python.org/zh-cn/3/library/os.html)。\n- Windows 没有它。",
        "| 程序 | 哪里 |\n| --- | --- |\n| [一](a.md) | Linux |\n| 二 | Linux |",
        "- **Windows**：\n  没有它。",
        "```python\nprint()\n```\n\n结果如上。\n\nWindows 没有它。",
        "```python\nprint()\n```\n\n## 看什么 { #notice }\n\nWindows 没有它。",
        "Windows 没有它，见[别人的说法](https://example.org/os.html)。",
        "Windows 没有它，见[别人的说法](https://docs.python.org.example.org/os.html)。",
        "Windows 没有它，见[别人的说法](https://example.org/docs.python.org/os.html)。",
        "Windows 没有它，[如图](fork.png)。",
        '!!! note "注意"\n    Windows 没有它。',
        "Windows 没有它。\n\n证明：[文档](https://docs.python.org/zh-cn/3/).\n\n3.12 起有。",
        "Windows 没有它。\n\n证明：没有。",
        "Windows 没有它。\n\n## 又一节\n\n证明：[文档](https://docs.python.org/zh-cn/3/)。",
        "---\ndescription: 一句话。\n---\n\nWindows 没有它。",
    ],
)
def test_a_claim_without_proof_is_seen(text: str) -> None:
    assert len(unproven(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "它给出警告，用了 3.5 秒，是原来的 3.2 倍，占 3.1 MiB；π 是 3.14159。",
        "3.12 起有，见[文档](https://docs.python.org/zh-cn/3/library/os.html#os.fork)。",
        "3.12 起有，凭的是[源码](https://github.com/python/cpython/blob/3.12/Lib/os.py)。",
        "3.12 起有，见[那个程序](../processes/fork.md#threads)。上面的话，Windows 也一样。",
        "3.12 起有，见[下面](#threads)。",
        "[`os.fork` 在 3.12 的说明](https://docs.python.org/zh-cn/3/library/os.html)。",
        "### 3.12 { #py312 }",
        '!!! note "Windows 和 macOS"',
        "| 程序 | Windows | macOS |\n| --- | --- | --- |\n| `fork.py` | 没有 | 有 |",
        "| 程序 | 哪里 |\n| --- | --- |\n| [一](a.md) | Linux |",
        "3.12 起是这样：\n\n```python\nprint()\n```",
        "```result\nexamples/a/b.out\n```\n\nWindows 上没有第二行。",
        "Windows 上一样吗？",
        "见[别人的说法](https://example.org/3.12/Windows.html)。",
        "用 UNIX 套接字和 `python3.13t`。",
        "```text\nWindows 3.12\n```",
        "---\ndescription: Windows 没有它。\n---\n\n# 题目",
        "Windows 没有它。\n\n从 3.12 起有。\n\n证明：[文档](https://docs.python.org/zh-cn/3/)。",
        "Windows 没有它。\n\n从 3.12 起有。\n\n证明：\n\n```python\nprint()\n```",
    ],
)
def test_what_is_proven_or_claims_nothing_passes(text: str) -> None:
    assert unproven(text) == []
