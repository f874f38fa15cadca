"""The text of pages and documents: its spelling, its Chinese typography, and the order of the changelog."""

import re
import tomllib
from pathlib import Path

import autocorrect_py
import pytest
from conftest import ROOT, refuse, tool

PAGES = [path.relative_to(ROOT) for path in sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.zh-CN.md")])]
PROGRAMS = [path.relative_to(ROOT) for path in sorted(ROOT.glob("examples/**/*.py"))]
HAN = "[\u4e00-\u9fff]"
FENCE = re.compile(r"^( *)(```+).*?^\1\2$", re.MULTILINE | re.DOTALL)
# What autocorrect doesn't check; code spans have been replaced by a single `.
RULES = {
    rf"{HAN}`|`{HAN}": "a space between Chinese and code",
    rf"(?<!\])\([^()\n]*{HAN}": "full-width brackets around Chinese",
    rf'{HAN}"|(?<! )"{HAN}': "「」 around Chinese",
    "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]": "no character that nobody sees",
}
TERMS = tomllib.loads((ROOT / "tests/terms.toml").read_text())
# These pages quote the article, or older versions of ours. Others do so only in links to the errata.
QUOTING = {"errata.md", "source.md", "changelog.md"}
QUOTE = re.compile("「[^」]*」")
QUOTED = re.compile(r"「[^」]*」(?=[^\[\]]*\]\([^)]*errata\.md)")


def findings(text: str, kind: str) -> list[str]:
    """Return where the text of a file, `md` or `py`, breaks the rules for Chinese typography."""
    if kind == "md":
        text = FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), text)
        text = re.sub(r"^ +", "", text, flags=re.MULTILINE)  # or it would be taken for code
        text = re.sub(r'^!!! \w+ "(.*)"$', r"\1", text, flags=re.MULTILINE)
    found = [
        f"line {line.line}: {line.old}\n    should be: {line.new}"
        for line in autocorrect_py.lint_for(text, kind).lines
        # Only the comments of a program are checked, not what it prints.
        if kind == "md" or line.old.startswith("#")
    ]
    if kind == "md":
        for number, line in enumerate(text.splitlines(), 1):
            plain = re.sub(r"(`+).+?\1", "`", line)
            found += [f"line {number}: {line}\n    {why}" for look, why in RULES.items() if re.search(look, plain)]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "用Python写。",
        "- 3个进程。",
        "## 进程与CPU { #cpu }",
        '!!! note "注意"\n    用Python写。',
        "| 用Python | 写 |\n| --- | --- |",
        "先后不定,由系统决定.",
        "用`fork`复制。",
        "用 `fork`复制。",
        "进程(process)和线程（thread）(一种说法)。",
        '这叫"进程"。',
        "进程\u200b结束。",
    ],
)
def test_typography_sees(text: str) -> None:
    assert findings(text, "md")


@pytest.mark.parametrize(
    "text",
    [
        "进程（process）用 `fork` 复制，见[文档](https://docs.python.org/zh-cn/3/library/os.html#os.fork)。",
        '!!! note "注意"\n    「进程」有 3 个。',
        '```python\nprint("用Python写", "(一)")\n```',
    ],
)
def test_typography_is_content_with(text: str) -> None:
    assert not findings(text, "md")


def test_typography_of_comments() -> None:
    assert findings("# 用Python写\n", "py")
    assert not findings('print("协程: 4")\n', "py")


def misnamed(text: str, path: Path) -> list[str]:
    """Return where a text has another word for a thing than tests/terms.toml."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = (QUOTE if path.name in QUOTING else QUOTED).sub("「」", line)
        for word, others in TERMS.items():
            found += [
                f"{path}:{number}: {other[0]} is called {word}\n    {line.strip()}"
                for pattern in others
                for other in re.finditer(pattern, plain)
            ]
    return found


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS], ids=str)
def test_typography_and_one_word_for_one_thing(path: Path) -> None:
    text = (ROOT / path).read_text()
    refuse(f"{path}, {wrong}" for wrong in findings(text, path.suffix[1:]))
    refuse(misnamed(text, path), "The words are those of tests/terms.toml.")


@pytest.mark.parametrize(
    "text",
    [
        "先写空缓冲区。",
        "默认的启动方式变了。",
        "几个核一起算，一个核算一份。",
        "任务比核多，核数是 8 核。",
        "取锁的代码，拿着一把锁，拿到了另一把锁。",
        "锁着，拿着它的线程没有了。",
        "异常没有人接，没有接住，接不住。",
        "放一个哨兵；这叫反压；取散列值；处理器时间。",
        "这叫「竞态条件」。",
        "见[「启动方式」](index.md#methods)。",
    ],
)
def test_another_word_is_seen(text: str) -> None:
    assert misnamed(text, Path("docs/threads/lock.md"))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("多核的机器有几个核心，内核来分配；核对过，核实过，考核、审核、复核过。", "gil.md"),
        ("获取锁，释放锁，持有锁；竞争条件也叫竞态条件。", "lock.md"),
        ("见[「启动方式」](../errata.md#start-methods)。", "index.md"),
        ("### 「Pool 默认进程数是 CPU 核数」 { #pool-size }", "errata.md"),
        ("原来说「启动方式」，现在说启动方法。", "changelog.md"),
    ],
)
def test_the_right_word_is_left_alone(text: str, page: str) -> None:
    assert misnamed(text, Path(page)) == []


def test_spelling() -> None:
    tool("typos", "--format", "brief", hint="If a word is right, say so in _typos.toml, and why.")


def test_changelog_has_the_newest_first() -> None:
    text = (ROOT / "docs/changelog.md").read_text()
    days = re.findall(r"^## (\d.*)$", text, re.MULTILINE)
    assert days
    assert days == sorted(days, reverse=True)
    for day in days:
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d) \{ #d\1 \}", day)
    minors = re.findall(r"^### 3\.(\d+) \{ #py3\1 \}$", text, re.MULTILINE)
    assert minors == sorted(minors, key=int, reverse=True)
    assert len(minors) == text.count("\n### ")
