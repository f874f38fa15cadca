"""What a page says about a result: what each run has in common with it, what varies and why, and what was seen."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from html import escape

from witness.language import (
    Block,
    Computed,
    Line,
    Reference,
    Region,
    Result,
    Shuffled,
    Terminal,
    Variable,
    Varying,
    orders,
)
from witness.language.orders import COUNTED
from witness.recording.evidence import Observation

# Why values of each type vary; what is typed does not.
WHY = {
    "pid": "进程号由操作系统分配",
    "silent": "进程号由操作系统分配",
    "worker": "由谁来做，要看任务分给了谁",
    "int": "整数由机器、时机或随机数决定",
    "float": "小数是量出来的",
    "time": "时刻要看什么时候运行",
    "id": "标识由内存地址、操作系统或随机数决定",
    "text": "文字由时机或随机数决定",
}
_PROCESSES = {"pid", "silent", "worker"}
_KEYS = {"^C": "Ctrl+C", "^D": "Ctrl+D，输入到此为止", "^\\": "Ctrl+\\"}


def name(line: Line) -> str:
    """Return the name before a line, or ""."""
    return (line.actor or "").removesuffix("/")


def names(result: Result) -> dict[int, str]:
    """Return the name before each line, by the line's place in the result."""
    return dict(enumerate(map(name, result.lines), 1))


def numbers(result: Result) -> dict[int, int]:
    """Return the number of each line in its terminal, by its place in the result."""
    return dict(enumerate((line.number - one.number for one in result.terminals for line in one.lines), 1))


def promise(result: Result, terminal: Terminal) -> str:
    """Return what a reader's own run has in common with this one, as HTML."""
    varying = [part for line in terminal.lines for part in line.varying if not is_typed(result, part)]
    regions = free_regions(terminal)
    often = [block for region in terminal.regions for block in region.blocks if block.line.times]
    if varying:
        sentences = [f"有底纹的部分每次可能不同：{_reasons(result, varying)}。其余一字不差。"]
        sentences += bounds(result, terminal)
    else:
        sentences = ["每一行的内容都与此相同。" if regions or often else "每次运行都与此相同，一字不差。"]
    if any("Traceback (most recent call last):" in result.text(line) for line in terminal.lines):
        sentences.append("写成 <code>...</code> 的是调用栈，各版本不同，这里略去。")
    if any(terminal.program in result.text(line) for line in terminal.lines):
        sentences.append("程序文件名前面的文件夹，这里略去。")
    sentences += [_repeats(block, terminal) for block in often]
    for region in regions:
        sentences += _order(region, terminal)
    sentences += _causes(result, terminal)
    if (varying or often) and not regions and len(terminal.lines) > 1:
        sentences.append("各行的先后是确定的。")
    elif regions and sum(len(region.lines) for region in regions) < len(terminal.lines):
        sentences.append("除此之外，先后都是确定的。")
    if regions and not often and (possible := orders(terminal)) != 2:
        sentences.append(f"可能的次序共 {possible} 种。" if possible else f"可能的次序超过 {COUNTED} 种。")
    keys = dict.fromkeys(line.key.key for line in terminal.lines if line.key)
    sentences += [f"<kbd>{key}</kbd> 是在这时按下 {_KEYS[key]}。" for key in keys]
    if not terminal.newline:
        sentences.append("最后一行没有换行。")
    return "".join(sentences)


def is_typed(result: Result, part: Varying) -> bool:
    """Return whether a reader types the part, or it repeats what was typed: then it does not vary."""
    return isinstance(part, Variable | Reference) and result.variables[part.name].type == "input"


def _reasons(result: Result, varying: Sequence[Varying]) -> str:
    types = {result.variables[part.name].type for part in varying if isinstance(part, Variable | Reference)}
    reasons = {word: type for type, word in WHY.items() if type in types}
    if any(isinstance(part, Shuffled) for part in varying):
        reasons["一行里连在一起的几段，先后不定"] = ""
    others = types & _PROCESSES
    return "；".join(f"其他{word}" if others and type == "int" else word for word, type in reasons.items())


def _repeats(block: Block, terminal: Terminal) -> str:
    """Return how often a line comes that may come more than once, or not at all."""
    least = f"至少出现 {block.low} 次" if block.low else "可能不出现，也可能出现不止一次"
    often = least if block.high is None else f"出现 {block.low} 到 {block.high} 次"
    return f"{_which(block.copies, terminal)}{often}。"


def _causes(result: Result, terminal: Terminal) -> Iterator[str]:
    """Yield what lies outside this terminal: waits for another terminal, and causes that are outside Python."""
    where = {line.label: (one, line) for one in result.terminals if one is not terminal for line in one.lines}
    for line in terminal.lines:
        for other, cause in (where[label] for label in line.after if label in where):
            program = f"<code>{escape(other.program, quote=False)}</code>"
            yield f"{_which([line], terminal)}总在 {program} 的{_which([cause], other)}之后。"
        if line.because:
            yield f"{_which([line], terminal)}在前面的行之后，因为{escape(line.because, quote=False)}。"


def _order(region: Region, terminal: Terminal) -> Iterator[str]:
    """Yield which orders a region leaves open, and which it does not."""
    all_of_it, mixed = len(region.lines) == len(terminal.lines), len(region.lines) > len(region.lanes)
    where = "" if all_of_it else _which(region.lines, terminal)
    labelled = {line.label: line for line in region.lines if line.label}
    waits = [line for line in region.lines if labelled.keys() & set(line.after)]
    free = f"{where and f'{where}里，'}同名的行先后不变，不同名的行" if mixed else where or "各行"
    locks = [*_together(region, terminal)]
    yield f"{free}先后不定" + ("，只有下面说明的除外。" if waits or locks else "。")
    for printer in dict.fromkeys(line.printer for line in region.lines if line.is_free and mixed):
        mine = [line for line in region.lines if line.is_free and line.printer == printer]
        if len(mine) > 1:
            yield f"{_which(mine, terminal)}都由 {escape(printer)} 打印，彼此先后也不定。"
    for line in waits:
        before = [labelled[label] for label in line.after if label in labelled]
        yield f"{_which([line], terminal)}总在{_which(before, terminal)}之后。"
    yield from locks


def _together(region: Region, terminal: Terminal) -> Iterator[str]:
    """Yield which lines a lock, or the turn of a task, keeps together."""
    sections: dict[str, list[list[Line]]] = {}
    for lane in region.lanes:
        for above, line in zip((None, *lane.lines), lane.lines, strict=False):
            own = sections.setdefault(line.lock, [])
            if line.still and above and own and own[-1][-1] is above:
                own[-1].append(line)
            else:
                own.append([above, line] if line.still and above else [line])
    for lock, every in sections.items():
        whole = "，".join(_which(section, terminal) for section in every if len(section) > 1)
        single = [line for section in every if len(section) == 1 for line in section]
        if lock and "，" in whole:
            yield f"{whole}：哪一段都不会插到另一段中间。"
        if lock and single:
            yield f"{_which(single, terminal)}不会插到{whole}中间。"
        if whole and not lock:
            yield f"{whole}{'：每一段' if '，' in whole else ''}中间不会有别的行。"


def free_regions(terminal: Terminal) -> list[Region]:
    """Return the regions in which some order is open."""
    return [region for region in terminal.regions if len(region.lanes) > 1]


def bracket(region: Region) -> str:
    """Return what the bracket around a free region tells those who can't see it."""
    others = "" if len(region.lines) == len(region.lanes) else "不同名的"
    return f"下面 {len(region.lines)} 行，{others}先后不定"


def why(result: Result, part: Varying) -> str:
    """Return what a varying part is."""
    if isinstance(part, Computed):
        return f"算出来的：{part.expression}"
    if isinstance(part, Shuffled):
        return "这几段先后不定，每段一次"
    variable = result.variables[part.name]
    if is_typed(result, part):
        return "键入的内容"
    return "，".join(filter(None, [WHY[variable.type], _between(variable)]))


def bounds(result: Result, terminal: Terminal) -> list[str]:
    """Return the bounds of the values, as HTML, unless they only say that something is counted.

    Where a line has other shaded parts without these bounds, the number of the shaded part is given.
    """
    bounded: dict[tuple[str, str], list[int]] = {}
    for number, line in enumerate(terminal.lines, 1):
        shaded = [part for part in line.varying if not is_typed(result, part)]
        within = {part.name: _bounds(part) for part in shaded if isinstance(part, Variable)}
        for words in dict.fromkeys(filter(None, within.values())):
            places = [n for n, part in enumerate(shaded, 1) if within.get(getattr(part, "name", "")) == words]
            where = "" if len(places) == len(shaded) else f"第 {'、'.join(map(str, places))} 处"
            bounded.setdefault((where, words), []).append(number)
    return [f"{lines(numbers)}{where}{escape(words, quote=False)}。" for (where, words), numbers in bounded.items()]


def _bounds(variable: Variable) -> str:
    """Return the bounds of a variable and what they limit, or ""; that a number is not negative goes without saying."""
    words = _between(variable, {"0", "1"})
    what = "数" if variable.low or variable.high else "文字" if variable.choices else "工作者"
    return words and f"的{what}{words}"


def _between(variable: Variable, without: Collection[str] = ()) -> str:
    """Return the bounds of a variable, leaving out lower ones that are in `without`."""
    low = f"不小于 {variable.low}" if variable.low and variable.low not in without else ""
    high = f"不大于 {variable.high}" if variable.high else ""
    choices = f"是 {'、'.join(variable.choices)} 中的一个" if variable.choices else ""
    each = "各不相同" if variable.each else ""
    most = f"一共最多 {variable.most} 个" if variable.most else ""
    return "，".join(filter(None, [low, high, choices, each, most]))


def _which(some: Iterable[Line], terminal: Terminal) -> str:
    return lines([line.number - terminal.number for line in some])


def lines(numbers: Sequence[int]) -> str:
    numbers = sorted(numbers)
    together = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"第 {f'{numbers[0]}–{numbers[-1]}' if together else '、'.join(map(str, numbers))} 行"


def observed(observation: Observation, possible: int | None) -> str:
    """Return what repeating the program showed; `possible` is the number of orders, None if they were not counted."""
    busy = "机器满载时" if observation.load else ""
    pythons = "、".join(observation.pythons)
    words = f"在 CPython {pythons} 上，{busy}重复运行 {observation.runs} 次，次次合乎上面所说"
    if not observation.common:
        return f"{words}。"
    found, kept = observation.orders, len(observation.common)
    said = f"{found} 种次序都见过" if found == possible else f"见过其中 {found} 种次序"
    return f"{words}。{said}，看{'这' if kept == found else '其中'} {kept} 种"


def how_often(count: int, runs: int) -> str:
    return f"{runs} 次里有 {count} 次是这个次序。"
