"""What a page says of a result in words: what each run has in common with it, what varies and why, what was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from witness.language import Computed, Reference, Region, Result, Shuffled, Terminal, Variable, Varying
from witness.recording.evidence import Observation

# What varies, and why.
_WHY = {
    "pid": "进程号由操作系统分配",
    "worker": "工作进程的进程号，要看任务分给了哪个进程",
    "int": "整数由机器、时机或随机数决定",
    "float": "小数是量出来的",
}


def promise(result: Result, terminal: Terminal) -> str:
    """What a reader's own run has in common with this one, as HTML."""
    varying = [part for line in terminal.lines for part in line.varying]
    regions = free_regions(terminal)
    if not varying and not regions:
        sentences = ["每次运行都与此相同，一字不差。"]
    elif varying:
        sentences = [f"有底纹的部分每次可能不同：{_reasons(result, varying)}。其余一字不差。"]
        sentences += bounds(result, terminal)
    else:
        sentences = ["每一行的内容都与此相同。"]
    if any("Traceback (most recent call last):" in result.text(line) for line in terminal.lines):
        sentences.append("写成 <code>...</code> 的是调用栈，各版本不同，这里略去。")
    for region in regions:
        sentences += _order(region, terminal)
    if varying and not regions and len(terminal.lines) > 1:
        sentences.append("各行的先后是确定的。")
    elif regions and sum(len(region.lines) for region in regions) < len(terminal.lines):
        sentences.append("除此之外，先后都是确定的。")
    return "".join(sentences)


def _reasons(result: Result, varying: Sequence[Varying]) -> str:
    types = {result.variables[part.name].type for part in varying if isinstance(part, Variable | Reference)}
    reasons = "；".join(word for type, word in _WHY.items() if type in types)
    return reasons.replace("整数", "其他整数") if types & {"pid", "worker"} else reasons


def _order(region: Region, terminal: Terminal) -> Iterator[str]:
    """Which orders a region leaves free, and which it does not."""
    numbers = {line.number: number for number, line in enumerate(terminal.lines, 1)}
    all_of_it = len(region.lines) == len(numbers)
    where = "" if all_of_it else _lines([numbers[line.number] for line in region.lines])
    waits = [line for line in region.lines if line.after]
    if len(region.lines) == len(region.lanes):
        free = f"{where or '各行'}先后不定"
    else:
        free = f"{where and f'{where}里，'}同名的行先后不变，不同名的行先后不定"
    yield free + ("，只有下面说明的除外。" if waits else "。")
    labelled = {line.label: numbers[line.number] for line in region.lines if line.label}
    for line in waits:
        yield f"{_lines([numbers[line.number]])}总在{_lines([labelled[label] for label in line.after])}之后。"


def free_regions(terminal: Terminal) -> list[Region]:
    """Those in which an order is free."""
    return [region for region in terminal.regions if len(region.lanes) > 1]


def bracket(region: Region) -> str:
    """What the bracket around a free region says to who can't see it."""
    others = "" if len(region.lines) == len(region.lanes) else "不同名的"
    return f"下面 {len(region.lines)} 行，{others}先后不定"


def why(result: Result, part: Varying) -> str:
    """What a varying part is."""
    if isinstance(part, Computed):
        return f"算出来的：{part.expression}"
    if isinstance(part, Shuffled):
        return "先后不定"
    variable = result.variables[part.name]
    return "，".join(filter(None, [_WHY[variable.type], _between(variable)]))


def bounds(result: Result, terminal: Terminal) -> list[str]:
    """In what bounds the values are, where that says more than that they count something."""
    bounded: dict[str, list[int]] = {}
    for number, line in enumerate(terminal.lines, 1):
        for part in line.varying:
            if isinstance(part, Variable):
                bounded.setdefault(_between(result.variables[part.name], {"0", "1"}), []).append(number)
    return [f"{_lines(numbers)}的数{words}。" for words, numbers in bounded.items() if words]


def _between(variable: Variable, without: Collection[str] = ()) -> str:
    """The bounds of a variable, but for lower ones that go `without` saying."""
    low = f"不小于 {variable.low}" if variable.low and variable.low not in without else ""
    high = f"不大于 {variable.high}" if variable.high else ""
    return "，".join(filter(None, [low, high]))


def _lines(numbers: Sequence[int]) -> str:
    numbers = sorted(numbers)
    together = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"第 {f'{numbers[0]}–{numbers[-1]}' if together else '、'.join(map(str, numbers))} 行"


def seen(observation: Observation) -> str:
    """What repeating the program showed."""
    busy = "机器满载时" if observation.load else ""
    pythons = "、".join(observation.pythons)
    words = f"在 CPython {pythons} 上，{busy}重复运行 {observation.runs} 次，次次合乎上面所说"
    if not observation.common:
        return f"{words}。"
    which = "这" if len(observation.common) == observation.orders else "最常见的"
    return f"{words}。见过 {observation.orders} 种顺序，看{which} {len(observation.common)} 种"


def how_often(count: int, runs: int) -> str:
    return f"{runs} 次里有 {count} 次是这个顺序。"
