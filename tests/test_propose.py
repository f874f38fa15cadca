"""A proposal allows all of its runs, and little else: made-up ones, those of small programs, and of the examples."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from textwrap import dedent
from unittest.mock import Mock

import pytest
from helpers import EXAMPLES, any_order, confined, output, play, written

from witness.examples import Example
from witness.language import Output, Result, Run, Terminal, Text, decide, parse, read
from witness.recording.proposal import parts, traces, variables
from witness.recording.proposal.alike import ProposeError
from witness.recording.proposal.looks import outline
from witness.recording.proposal.propose import propose
from witness.recording.proposal.traces import Known, traced_runs
from witness.running import Play, Runner, varied
from witness.running.interpreters import own
from witness.tracing.notes import LaneKind
from witness.tracing.output import Who

TERMINAL = Terminal(1, "a.py", None, ())


def run(text: str, exit: int = 0) -> Run:
    """Return a run of lines separated by ` / `; `7> text` is by process 7, others by the main process, 1."""
    printed = output(text, exit)
    return Run((replace(printed, lines=tuple((line, writer or 1) for line, writer in printed.lines)),))


# What was seen, what is proposed, and maybe part of a question.
SEEN: dict[str, tuple[list[str], str, *tuple[str, ...]]] = {
    "always the same": (["a / b"] * 3, "a / b", "no two lines ever swapped"),
    "an integer": (["n = 5!", "n = 7!", "n = 5!"], "n = {n:int=5 in 0..}!", "`n`: are the bounds right"),
    "words that name nobody": (
        ["7> goes in / 8> goes from", "8> goes from / 7> goes in"],
        "child| goes in / child2| goes from",
    ),
    "an integer out of a few": (["n = 5"] * 3 + ["n = 6"] * 3, "n = {n:int=5 in 5..6}"),
    "an integer below nought": (["n = -5", "n = 7"], "n = {n:int=-5}"),
    "integers far apart": (["n = 5", "n = 874635281900"] * 3, "n = {n:int=5 in 5 | 874635281900}"),
    "a decimal": (["0.50 s", "12.25 s"], "{x:float=0.50 in 0..} s", "`x`"),
    "a decimal with an exponent": (["1.098e-02 s", "1.300e+01 s"], "{x:float:.3e=1.098e-02 in 0..} s"),
    "decimals of any length": (["0.5 s", "0.125 s", "1e-05 s"], "{x:float!r=0.5 in 0..} s"),
    "decimals of any length, line by line": (
        ["1e-07 / 12.5", "2.5e-06 / 0.125"],
        "{x:float!r=1e-07 in 0..} / {x2:float!r=12.5 in 0..}",
    ),
    "decimals of three digits": (["1.08 s", "12.5 s", "3 s"], "{x:float:.3g=1.08 in 0..} s"),
    "zeros in front": (["at 05", "at 10"], "at {n:int:02d=05 in 0..}"),
    "padding": (["[   5]", "[1234]"], "[{n:int:>4=   5 in 0..}]"),
    "padding of a decimal": (["took     0.50 s", "took    12.25 s"], "took {x:float:>8.2f=    0.50 in 0..} s"),
    "columns of padded numbers": (
        [" 5  7 =  12", "16 12 =  28"],
        "{n:int:>2= 5 in 0..} {n2:int:>2= 7 in 0..} =  {n3:int=12 in 0..}",
    ),
    "groups of digits": (["1,234 b", "12,345,678 b"], "{n:int:,=1,234 in 0..} b"),
    "groups of digits as in Python": (["1_234.5 b", "12_345_678.0 b"], "{x:float:_.1f=1_234.5 in 0..} b"),
    "a sign": (["+5 / -5", "+7 / -7"], "{n:int:+=+5} / {n2:int:+=-5}"),
    "padding behind": (["5   | 6", "1234| 7"], "{n:int:<4=5    in 0..}| {n2:int=6 in 0..}"),
    "padding of a decimal behind": (["0.50  | s", "12.25 | s"], "{x:float:<6.2f=0.50   in 0..}| s"),
    "padding around": (["|  5  |", "| 123 |"], "|{n:int:^5=  5   in 0..}|"),
    "blanks that are no padding": (["a 5  b 6 |", "a 7  b 9 |"], "a {n:int=5 in 0..}  b {n2:int=6 in 0..} |"),
    "blanks that one of two lines has": (["a 5 / b  5 ", "a 12 / b  12 "], "a {n:int=5 in 0..} / b  {n} "),
    "a sign behind the padding": (["[  +5]", "[ +17]"], "[{n:int:>+4=  +5 in 0..}]"),
    "padding of what is below nought": (["[  -5] -5", "[ -17] -7"], "[{n:int:>4=  -5}] {n2:int=-5}"),
    "times": (["10:00:59 a", "23:01:00 a"], "{t:time=10:00:59} a"),
    "a date behind a word, a time before a colon": (
        ["at 2026-11-25 10:00:59.000001 10:00:59: a", "at 2026-11-26 23:01:00.000002 23:01:00: a"],
        "at {t:time=2026-11-25 10:00:59.000001} {t2:time=10:00:59}: a",
    ),
    "a time as ISO 8601 has it in UTC": (
        ["2026-11-25T10:00:59Z a 10:00:59.123Z", "2026-11-26T23:01:00Z a 23:01:00.456Z"],
        "{t:time=2026-11-25T10:00:59}Z a {t2:time=10:00:59.123}Z",
    ),
    "a time in its zone": (
        [
            "at 2026-11-25T10:00:59+00:00 a 2026-11-25 10:00:59.1234+0000",
            "at 2026-11-26T23:01:00-07:45 a 2026-11-26 23:01:00.4567+0530",
        ],
        "at {t:time=2026-11-25T10:00:59+00:00} a {t2:time=2026-11-25 10:00:59.1234+0000}",
    ),
    "a time in UTC": (
        ["at 2026-11-25 10:00:59.123456+00:00 a", "at 2026-11-26 23:01:00.456789+00:00 a"],
        "at {t:time=2026-11-25 10:00:59.123456}+00:00 a",
    ),
    "two times are not one": (
        ["10:00:59 a / 10:00:59 b", "10:01:00 a / 10:01:00 b"],
        "{t:time=10:00:59} a / {t2:time=10:00:59} b",
    ),
    "a date and a time": (
        ["2026-11-25 16:35:25,123 a", "2026-11-26 16:35:25,456 a"],
        "{t:time=2026-11-25 16:35:25,123} a",
    ),
    "a date and a time without seconds, and what may be a score": (
        ["2026-11-25 16:35, 11/25/26 16:35, 16:35", "2026-11-26 17:40, 11/26/26 17:40, 16:35"],
        "{t:time=2026-11-25 16:35}, {t2:time:%m/%d/%y %H:%M=11/25/26 16:35}, 16:35",
    ),
    "a date before a word that varies": (
        ["11/25/26 UTC"] * 3 + ["11/26/26 CET"] * 3,
        "{t:time:%m/%d/%y=11/25/26} {word:text=UTC in CET | UTC}",
    ),
    "dates with the name of a month": (
        [
            "[25/Nov/2026 23:59:59] Wed, 25 Nov 2026 23:59:59 GMT 25-Nov-26",
            "[26/Dec/2026 00:00:01] Sat, 26 Dec 2026 03:00:01 GMT 26-Dec-26",
        ],
        "[{t:time:%d/%b/%Y %H:%M:%S=25/Nov/2026 23:59:59}] {t2:time:%a, %d %b %Y %H:%M:%S=Wed, 25 Nov 2026 23:59:59} "
        "GMT {t3:time:%d-%b-%y=25-Nov-26}",
    ),
    "dates of several countries": (
        ["25/11/26 01:59 PM at 12/31/2026 11:46:36 AM", "26/11/26 12:00 AM at 01/01/2027 01:00:36 PM"],
        "{t:time:%d/%m/%y %I:%M %p=25/11/26 01:59 PM} at {t2:time:%m/%d/%Y %I:%M:%S %p=12/31/2026 11:46:36 AM}",
    ),
    "dates with dots or dashes": (
        [
            "on 25.11.2026 16:35, 11-25-2026, 1.25.2026, 10.0.0.1",
            "on 26.11.2026 17:40, 11-26-2026, 1.25.2026, 10.0.0.1",
        ],
        "on {t:time:%d.%m.%Y %H:%M=25.11.2026 16:35}, {t2:time:%m-%d-%Y=11-25-2026}, 1.25.2026, 10.0.0.1",
        "",
    ),
    "a number behind Chinese, and a word that varies": (
        [f"顾客{a} 吃了 包子0 / 顾客{b} 吃了 包子1" for a, b in ("AB", "BA", "AA")],
        "顾客{word:text=A in A | B} 吃了 包子0 / 顾客{word2:text=B in A | B} 吃了 包子1",
    ),
    "dates and times in Chinese": (
        [
            "在10:00:59开始，2026年11月25日 10:00:59，10时00分59秒",
            "在23:01:00开始，2026年11月26日 23:01:00，23时01分00秒",
        ],
        "在{t:time=10:00:59}开始，{t2:time:%Y年%m月%d日 %H:%M:%S=2026年11月25日 10:00:59}，"
        "{t3:time:%H时%M分%S秒=10时00分59秒}",
    ),
    "ctime": (["at Wed Nov 25 10:00:59 2026", "at Thu Nov 26 10:01:00 2026"], "at {t:time=Wed Nov 25 10:00:59 2026}"),
    "a time without a year": (["on Nov  5 10:00:59 b", "on Dec 12 10:01:00 b"], "on {t:time=Nov  5 10:00:59} b"),
    "an address": (
        ["<a at 0x7f12> <b at 0x7f34>", "<a at 0x7e12> <b at 0x7e34>"],
        "<a at {id:id=0x7f12}> <b at {id2:id=0x7f34}>",
    ),
    "the number of a thread": (["by 140233333333333", "by 140244444444444"], "by {id:id=140233333333333}"),
    "a thread": (["T(139888160667328)", "T(139888160667329)", "T(139888160667328)"], "T({id:id=139888160667328})"),
    "a thread beside a number": (
        ["A is 139888160667328 / B is 5", "A is 139888160667329 / B is 6"],
        "A is {id:id=139888160667328} / B is {n:int=5 in 0..}",
    ),
    "times in two shapes": (
        ["A at 10:00:01 / B at 2026-11-26", "A at 10:00:02 / B at 2026-11-27"],
        "A at {t:time=10:00:01} / B at {t2:time=2026-11-26}",
    ),
    "seconds of a duration": (["0:00:00.038937", "0:00:12.123456"], "0:00:{x:float:09.6f=00.038937 in 0..}"),
    "what is drawn for a name": (
        [
            "one 3f2b8c1e-9d4a-4c6b-8e2f-0a1b2c3d4e5f / two 8f3c9a1b",
            "one aaaaaaaa-9d4a-4c6b-8e2f-0a1b2c3d4e5f / two 12345678",
        ],
        "one {id:id=3f2b8c1e-9d4a-4c6b-8e2f-0a1b2c3d4e5f} / two {id2:id:x=8f3c9a1b}",
    ),
    "what is drawn for the name of a shared memory": (
        ["a psm_040e95f5 / S('psm_040e95f5')", "a psm_12345678 / S('psm_12345678')"],
        "a psm_{id:id:x=040e95f5} / S('psm_{id}')",
    ),
    "the same address again, once something else has gone": (
        [
            "<a at 0x7f12> <b at 0x7f34> 139888160667 139888160669",
            "<a at 0x7e12> <b at 0x7e12> 139888160666 139888160666",
        ],
        "<a at {n:int:#x=0x7f12 in 0..}> <b at {n2:int:#x=0x7f34 in 0..}> "
        "{n3:int=139888160667 in 0..} {n4:int=139888160669 in 0..}",
    ),
    "the same number again": (["5 / 5", "6 / 6", "7 / 7"], "{n:int=5 in 0..} / {n}"),
    "the same number again, padded behind": (["[5] 5   |", "[1234] 1234|"], "[{n:int=5 in 0..}] {n:<4}|"),
    "the same number again, padded": (["[   5] / [   5]", "[1234] / [1234]"], "[{n:int:>4=   5 in 0..}] / [{n:>4}]"),
    "numbers that are equal by accident": (["5 / 5", "6 / 6", "7 / 8"], "{n:int=5 in 0..} / {n2:int=5 in 0..}"),
    "nothing is computed": (["2 4", "3 9"], "{n:int=2 in 0..} {n2:int=4 in 0..}", "computed from other values"),
    "a number that is part of a word": (["a1 x-2 v1.2.3 0x1f"] * 2, "a1 x-2 v1.2.3 0x1f"),
    "a number with its unit": (["took 5ms", "took 7ms"], "took {n:int=5 in 0..}ms"),
    "a number that varies in the other line": (
        ["n 5 / n 5", "n 5 / n 6"],
        "n 5 / n {n:int=5 in 0..}",
        "line 2, `5`: never varied here, but did in similar lines; may it vary?",
    ),
    "numbers in any order on one line, and again": (
        ["first 4 / 4 -> 2 -> 9 (3)", "first 9 / 9 -> 4 -> 2 (3)", "first 2 / 2 -> 4 -> 9 (5)"],
        "first {n:int=4 each 2 | 4 | 9} / {n} -> {n2:int=2 each 2 | 4 | 9} -> {n3:int=9 each 2 | 4 | 9} "
        "({n4:int=3 in 0..})",
    ),
    "numbers in any order on two lines, each by itself": (
        ["up 4 > 2 / down 4 > 2", "up 2 > 4 / down 4 > 2", "up 2 > 4 / down 2 > 4"] * 3,
        "up {n:int=4 each 2 | 4} > {n2:int=2 each 2 | 4} / down {n3:int=4 in 2 | 4} > {n4:int=2 in 2 | 4}",
    ),
    "members with numbers of their own, in any order": (
        ["Kim: 4, Lee: 5, Moe: 4", "Moe: 4, Kim: 4, Lee: 5", "Lee: 5, Moe: 4, Kim: 4"] * 2,
        "{word:text=Kim each Kim | Lee | Moe}: {n:int=4 in 0..}, {word2:text=Lee each Kim | Lee | Moe}: "
        "{n2:int=5 in 0..}, {word3:text=Moe each Kim | Lee | Moe}: {n3:int=4 in 0..}",
    ),
    "two members with numbers of their own, in any order": (
        ["[Kim 4, Lee 5]", "[Lee 6, Kim 5]", "[Lee 4, Kim 4]"] * 2,
        "[{word:text=Kim each Kim | Lee} {n:int=4 in 0..}, {word2:text=Lee each Kim | Lee} {n2:int=5 in 0..}]",
    ),
    "words in any order with blanks between them": (
        ["BR CN then DE", "CN DE then BR", "DE BR then CN"],
        "{word:text=BR each BR | CN | DE} {word2:text=CN each BR | CN | DE} then {word3:text=DE each BR | CN | DE}",
    ),
    "words in any order on one line": (
        ["won by: Kim > Lee > Moe", "won by: Lee > Moe > Kim", "won by: Moe > Kim > Lee"],
        "won by: {word:text=Kim each Kim | Lee | Moe} > {word2:text=Lee each Kim | Lee | Moe} > "
        "{word3:text=Moe each Kim | Lee | Moe}",
    ),
    "numbers that come in any order, and one that varies": (
        ["3 / 6 / 12", "6 / 3 / 13"],
        "main/| 3 / main/| 6 / {n:int=12 in 0..}",
    ),
    "a number behind a letter": (["faster x0.23!", "faster x12.5!"], "faster x{x:float!r=0.23 in 0..}!"),
    "a number behind a word": (
        ["T-1: up / T-2: down", "T-7: up / T-8: up / T-9: up", "T-3: down"],
        "times 1..| T-{n:int=1 in 0..}: {word:text=up in down | up} / "
        "times 1..| T-{n2:int=2 in 0..}: {word2:text=down in down | up}",
    ),
    "in quotes": (["now 'UTC'"] * 3 + ["now 'CET'"] * 3, "now '{word:text=UTC in CET | UTC}'", "`word`"),
    "behind a Chinese character": (["号5", "号6"], "号{n:int=5 in 0..}"),
    "braces and bars": (["{5} | x", "{6} | x"], "{{{n:int=5 in 0..}}} | x"),
    "what looks like an annotation": (["a| x / [exit 1]"] * 2, "{'a'}| x / {'['}exit 1]"),
    "one of a few words": (["heads up", "tails up"], "{word:text=heads in heads | tails} up", "`word`"),
    "a number or none": (["7> got (None)", "8> got (5)"], "child| got ({word:text=None in 5 | None})", "`word`"),
    "what one says, and what another": (
        ["Ada is up / Bob has won", "Bob gives up / Ada has won", "Ada has won / Bob has won"],
        "main/| Ada {word:text=is up in gives up | has won | is up} / "
        "main/| Bob {word2:text=has won in gives up | has won | is up}",
    ),
    "what one often says, and another never": (
        ["Ada is up / Bob has won"] * 15 + ["Ada gives up / Bob is up"] * 15,
        "Ada {word:text=is up in gives up | is up} / Bob {word2:text=has won in has won | is up}",
    ),
    "what two lines say, which is too much for one": (
        ["Ada is up / Bob has won", "Ada gives up / Bob is off"],
        "Ada {word:text=is up in gives up | is up} / Bob {word2:text=has won in has won | is off}",
    ),
    "a number that is often one line's, and never another's": (
        ["Ada: 1 / Bob: 2"] * 15 + ["Ada: 2 / Bob: 3"] * 15,
        "Ada: {n:int=1 in 1..2} / Bob: {n2:int=2 in 2..3}",
    ),
    "numbers of lines that are alike but for their format": (
        [f"one took {n / 1000:.3f}s / two took {n / 500:.1e}s" for n in range(1, 30)],
        "one took {x:float=0.001 in 0..}s / two took {x2:float:.1e=2.0e-03 in 0..}s",
    ),
    "a number in the name of something Chinese": (["线程-1 完成", "线程-2 完成"] * 3, "线程-{n:int=1 in 1..2} 完成"),
    "what is drawn, and has no letter by chance": (
        ["2 8f3c9a1b 0.5%", "2 93745120 0.7%", "2 1e234567 0.7%"],
        "2 {id:id:x=8f3c9a1b} {x:float=0.5 in 0..}%",
    ),
    "what varies behind Chinese words": (["冠军是兔子！", "冠军是乌龟！"], "冠军是{word:text=兔子 in 乌龟 | 兔子}！"),
    "what two say as often as they happen to": (
        ["Ada is off / Bob is up / end", "Bob is up / Ada is up / end", "Ada is off / end", "Bob is on / end"],
        "times 1..| {word:text=Ada is off in Ada is off | Ada is up | Bob is on | Bob is up} / "
        "times 1..| {word2:text=Bob is up in Ada is off | Ada is up | Bob is on | Bob is up} / end",
        "line 2, `…`",
    ),
    "what one says as often as it happens to, and then something else": (
        ["wait / wait / done / end", "wait / done / done / end", "done / end", "wait / wait / wait / done / end"],
        "times 0..| wait / times 0..| wait / times 1..| done / end",
        "line 2, `wait`, line 4, `done`",
    ),
    "a list as long as it happens": (
        ["took 1; left [2, 3] / end", "took 2; left [] / end", "took 1; left [3] / end"] * 2,
        "took {n:int=1 in 0..}; left {word:text=[2, 3] in [2, 3] | [3] | []} / end",
    ),
    "either of two texts": (
        ["then <p pid=7 up> True", "then <p pid=8 down code=-9> False", "then <p pid=9 up> True"],
        "then <p pid={n:int=7 in 0..} {word:text=up> True in down code=-9> False | up> True}",
    ),
    "either of two texts of different shapes": (
        ["a / done: 42 / end", "a / timeout: gave up / end"] * 2,
        "a / {word:text=done: 42 in done: 42 | timeout: gave up} / end",
        "`word`",
    ),
    "either of two texts that have no word in common": (
        ["heads: Ada begins", "tails: Bob begins"] * 2,
        "{word:text=heads: Ada in heads: Ada | tails: Bob} begins",
        "`word`",
    ),
    "words in any order": (
        ["first: Ada / then: Bob", "first: Bob / then: Ada"],
        "first: {word:text=Ada each Ada | Bob} / then: {word2:text=Bob each Ada | Bob}",
    ),
    "numbers in any order": (
        ["Ada was 1 / Bob was 2", "Ada was 2 / Bob was 1"],
        "Ada was {n:int=1 each 1..2} / Bob was {n2:int=2 each 1..2}",
    ),
    "grouped numbers in any order": (
        ["A 1,000 / B 2,000", "A 2,000 / B 1,000"],
        "A {n:int:,=1,000 each 1,000 | 2,000} / B {n2:int:,=2,000 each 1,000 | 2,000}",
    ),
    "padded numbers in any order": (
        ["A [   1] / B [ 200]", "A [ 200] / B [   1]"],
        "A [{n:int:>4=   1 each 1 | 200}] / B [{n2:int:>4= 200 each 1 | 200}]",
    ),
    "a list in any order": (["got [1, 2, 3]", "got [3, 2, 1]"], "got [{1, 2, 3}]"),
    "two lists, of which one is in order": (
        ["[1, 2, 3] / [1, 2, 3]", "[1, 2, 3] / [3, 2, 1]", "[1, 2, 3] / [3, 1, 2]"],
        "[1, 2, 3] / [{1, 2, 3}]",
        "line 2, `1`, line 2, `2`, line 2, `3`: never varied here, but did in similar lines",
    ),
    "a list of texts in any order": (["['a', 'b'] ok", "['b', 'a'] ok"], "[{'a', 'b'}] ok"),
    "lists of pairs in any order, two on one line": (
        ["[(1, 'a'), (2, 'b')] of {7: [1], 8: [2]} (x)", "[(2, 'b'), (1, 'a')] of {8: [2], 7: [1]} (x)"],
        "[{(1, 'a'), (2, 'b')}] of {{{7: [1], 8: [2]}}} (x)",
    ),
    "words and numbers in any order, each among themselves": (
        ["a: 3, b: 4, c: 5", "b: 4, c: 5, a: 3", "c: 5, a: 3, b: 4"] * 2,
        "{word:text=a each a | b | c}: {n:int=3 each 3..5}, {word2:text=b each a | b | c}: {n2:int=4 each 3..5}, "
        "{word3:text=c each a | b | c}: {n3:int=5 each 3..5}",
    ),
    "a line that may come": (
        ["a / b / c", "a / c"],
        "a / times 0..1| b / c",
        "line 3, `b`: not equally often in each run",
    ),
    "a line that comes as often as it happens": (
        ["try 1 / try 2 / done", "done", "try 1 / done"],
        "times 0..| try {n:int=1 in 0..} / times 0..| try {n2:int=2 in 0..} / done",
        "how often may it come?",
    ),
    "an exception": (
        ["Traceback (most recent call last): /   ... / ValueError"] * 2,
        "Traceback (most recent call last): /   ... / ValueError",
        "it printed an exception or a warning: is that intended?",
    ),
    "a warning, which the first thread that comes there gets": (
        ["a.py:3: DeprecationWarning: it is old / got 1"] * 2,
        "a.py:3: DeprecationWarning: it is old / got 1",
        "it printed an exception or a warning: is that intended?",
    ),
    "an input that was never typed": (
        ["name? Traceback (most recent call last): /   ... / EOFError: EOF when reading a line"] * 2,
        "name? Traceback (most recent call last): /   ... / EOFError: EOF when reading a line",
        "it read what nobody typed: keep only the prompts, as `PROMPT{name:input=WORDS}`",
    ),
    "the main process": (["I am 1", "I am 1"], "I am 1"),
    "threads": (
        ["A one / B one / A two / B two / end", "B one / A one / A two / B two / end"],
        "main/| A one / main/| B one / A two / B two / end",
        "line 4 after all above: always in this order; is that guaranteed?",
    ),
    "threads behind the main one": (["x / A / B", "x / B / A"], "x / main/| A / main/| B"),
    "threads without order": (
        ["A one / A two / B one / B two", "B one / B two / A one / A two"],
        "main/ as a| A one / main/ after a| A two / main/ as b| B one / main/ after b| B two",
    ),
    "threads with a barrier": (
        ["A one / B one / A two / B two", "B one / A one / B two / A two", "A one / B one / B two / A two"],
        "main/ as a| A one / main/ as b| B one / main/ after a, b| A two / main/ after a, b| B two",
        "line 4 after 2, 3, line 5 after 2, 3: always in this order; is that guaranteed?",
    ),
    "lines that can't be told apart": (["x / y / x / y", "x / x / y / y"], "x / main/| y / main/| x / y"),
    "a child": (["start / 7> child 7 / end", "start / 8> child 8 / end"], "start / child| child {child:pid=7} / end"),
    "a child, padded behind": (["7> 7    | a", "1000> 1000 | a"], "child| {child:pid:<5=7    }| a"),
    "a thread that gets some way": (
        ["go / got tea / got ink / end", "go / got tea / end", "go / end"],
        "go / times 0..1| got tea / times 0..1| got ink / end",
    ),
    "a child, wider than its padding": (
        ["10000> [10000] a / 10000> [10000] b", "7> [   7] a / 7> [   7] b"],
        "child| [{child:pid:>4=10000}] a / child| [{child:>4}] b",
    ),
    "a child, padded": (["7> [   7] a", "1000> [1000] a"], "child| [{child:pid:>4=   7}] a"),
    "a child beside the main process": (
        ["start / started 7 / 7> I am 7 / end", "start / 8> I am 8 / started 8 / end"],
        "start / main| started {child:pid=7} / child| I am {child} / end",
        "line 5 after all above",
    ),
    "a child that prints no number": (["7> a / 7> b / c", "8> a / 8> b / c"], "child| a / child| b / c"),
    "a child that repeats itself": (["7> a / 7> a / b", "8> a / 8> a / b"], "child| a / child| a / b"),
    "a number that is no writer's": (["has 7", "has 8"], "has {n:int=7 in 0..}"),
    "children that are alike": (
        ["7> I am 7 / 8> I am 8", "9> I am 9 / 6> I am 6"],
        "child| I am {child:pid=7} / child2| I am {child2:pid=8}",
    ),
    "a child whose name is no name of a variable": (
        ["7> up: non-stop 7 / 8> up: one-way 8", "5> up: one-way 5 / 6> up: non-stop 6"],
        "non_stop| up: non-stop {non_stop:pid=7} / one_way| up: one-way {one_way:pid=8}",
    ),
    "children in order": (
        ["7> put / 8> get", "8> put / 9> get"],
        "child as a| put / child2 after a| get",
        "line 3 after 2",
    ),
    "the workers of a pool": (
        [
            "7> run 0 (7) / 8> run 1 (8) / 7> end 0 / 7> run 2 (7) / 8> end 1 / 7> end 2",
            "5> run 1 (5) / 4> run 0 (4) / 5> end 1 / 5> run 2 (5) / 5> end 2 / 4> end 0",
        ],
        "task as a| run 0 ({task:worker=7}) / task2 as b| run 1 ({task2:worker=8}) / task after b| end 0 / "
        "task3 after a, b| run 2 ({task3:worker=7}) / task2 as c after a| end 1 / task3 after c| end 2",
        "line 5 after 2, 3",
    ),
    "tasks that are alike": (
        ["7> (7) / 8> (8) / 7> (7)", "6> (6) / 6> (6) / 6> (6)", "4> (4) / 5> (5) / 5> (5)"],
        "task| ({task:worker=7}) / task2| ({task2:worker=8}) / task3| ({task3:worker=7})",
    ),
    "one word from a pool": (
        ["7> chirp / 8> chirp / 7> chirp", "6> chirp / 6> chirp / 6> chirp"],
        "task| chirp / task2| chirp / task3| chirp",
    ),
    "what repeats has no bounds": (
        ["try 1 / try 2 / try 1 / try 2 / try 1 / try 2 / end", "try 1 / end"],
        " / ".join(
            f"times 1..| try {{n{number or ''}:int={value} in 0..}}"
            for number, value in zip((0, 2, 3, 4, 5, 6), "121212", strict=True)
        )
        + " / end",
    ),
    "what comes again in each run": (
        ["try / try / end"] * 3 + ["try / try / try / end"] * 3,
        "times 2..| try / times 2..| try / end",
        "how often may it come?",
    ),
    "nor has what counts it": (
        ["try / try / 2 tries"] * 3 + ["try / 1 tries"] * 3,
        "times 1..| try / times 1..| try / {n:int=2 in 0..} tries",
    ),
    "workers that say both their numbers": (
        [
            "7> W-1/7 does 1 / 8> W-2/8 does 2 / 7> W-1/7 does 3",
            "5> W-2/5 does 1 / 6> W-1/6 does 2 / 6> W-1/6 does 3",
            "3> W-2/3 does 2 / 4> W-1/4 does 1 / 4> W-1/4 does 3",
        ],
        "task as a| W-{n:int=1 in 1..2}/{task:worker=7} does 1 / task2 as b| W-{n2:int=2 in 1..2}/{task2:worker=8} "
        "does 2 / task3 after a, b| W-1/{task3:worker=7} does 3",
    ),
    "the worker varies, not what it does": (
        [
            "ThreadPoolExecutor-0_0 does 1 / ThreadPoolExecutor-0_0 does 2 / ThreadPoolExecutor-0_1 does 3",
            "ThreadPoolExecutor-0_1 does 1 / ThreadPoolExecutor-0_0 does 2 / ThreadPoolExecutor-0_0 does 3",
        ],
        "{word:text=ThreadPoolExecutor-0_0 in ThreadPoolExecutor-0_0 | ThreadPoolExecutor-0_1} does 1 / "
        "ThreadPoolExecutor-0_0 does 2 / "
        "{word2:text=ThreadPoolExecutor-0_1 in ThreadPoolExecutor-0_0 | ThreadPoolExecutor-0_1} does 3",
    ),
    "no worker does two things at once": (
        [
            "7> by 1: soup on / 8> by 1: rice on / 7> by 1: soup off / 8> by 1: rice off / 9> by 2: cake on",
            "8> by 2: rice on / 7> by 2: soup on / 8> by 2: rice off / 7> by 2: soup off / 9> by 1: cake on",
        ],
        "soup as a| by {n:int=1 each 1..2}: soup on / rice as b| by {n}: rice on / "
        "soup as c after b| by {n}: soup off / rice as d after a| by {n}: rice off / "
        "cake after c, d| by {n2:int=2 each 1..2}: cake on",
    ),
    "workers by name": (
        [
            "7> cook 1: soup begun / 8> cook 2: rice begun / 7> cook 1: soup done / 7> cook 1: cake begun / "
            "7> cook 1: cake done / 8> cook 2: rice done",
            "8> cook 2: soup begun / 7> cook 1: rice begun / 7> cook 1: rice done / 8> cook 2: soup done / "
            "7> cook 1: cake begun / 7> cook 1: cake done",
        ],
        "soup as a| cook {soup:worker=1 in 1..2}: soup begun / "
        "rice as b after a| cook {rice:worker=2 in 1..2}: rice begun / soup as c after b| cook {soup}: soup done / "
        "cake after c| cook {cake:worker=1 in 1..2}: cake begun / "
        "cake| cook {cake}: cake done / rice| cook {rice}: rice done",
    ),
    "as many of a pool as there are": (
        ["a / 7> new 1 / 8> new 2 / b", "a / 7> new 1 / b", "a / b"],
        "a / pool/ times 0..| new {n:int=1 in 0..} / pool/ times 0..| new {n2:int=2 in 0..} / b",
    ),
    "as many of a pool as there are, which print something else too": (
        ["7> on / 7> new 1 / 8> on / 8> new 2", "7> on / 8> on / 7> new 1"],
        "child as a| on / pool/ after a times 1..| new {n:int=1 in 0..} / child2 after a| on / "
        "pool/ after a times 1..| new {n2:int=2 in 0..}",
    ),
    "empty lines of several processes": (
        ["7> A in / 7> - / 8> B in / 8> - / 7> A out / 7> - / 8> B out / 8> -"] * 3
        + ["6> B in / 6> - / 6> B out / 6> - / 5> A in / 5> - / 5> A out / 5> -"]
        + ["5> A in / 5> - / 5> A out / 5> - / 6> B in / 6> - / 6> B out / 6> -"]
        + ["5> A in / 6> B in / 5> - / 6> - / 5> A out / 6> B out / 5> - / 6> -"],
        "A| A in / A| - / B| B in / B| - / A| A out / A| - / B| B out / B| -",
    ),
    "the number of a process that may be ended before": (
        ["go / 7> I am 7 / end", "go / end", "go / 9> I am 9 / 9> bye / end"],
        "go / child times 0..1| I am {child:pid=9} / child times 0..1| bye / end",
    ),
    "what a process prints before it is ended, line by line": (
        ["go / 7> on / 7> in 5 / 7> off / end", "go / 8> on / end", "go / 9> on / 9> in 6 / end"],
        "go / child| on / child times 0..1| in {n:int=5 in 0..} / child times 0..1| off / end",
        "line 4, `in…`, line 5, `off`: not equally often in each run",
    ),
    "a number in a line that came once": (
        ["7> I am 7 / 7 is gone after 3 / end", "8> I am 8 / end", "9> I am 9 / end"],
        "child| I am {child:pid=7} / times 0..1| {child} is gone after {n:int=3 in 0..} / end",
        "`n`",
    ),
    "a word too long for a name": (
        [f"7> {'ab' * 13} 1 / 8> {'oh' * 13} 1", f"9> {'oh' * 13} 1 / 7> {'ab' * 13} 1"],
        f"child| {'ab' * 13} 1 / child2| {'oh' * 13} 1",
    ),
}


def traced(*lanes: str, names: str = "", before: str = "", processes: str = "") -> Known:
    """Return what is known of a traced run: the lane of each line, `2=Ada` for a lane's name, `01 02` for pairs.

    A lane is `0`, the main thread; `2`, another thread; `0/3`, a task; `2#4`, a job of a pool's thread; or "" if the
    line was typed. With `7.` before it, it is of process 7, otherwise of 1. The first line of a pair causes the second.
    """
    called = dict(name.split("=") for name in names.split())

    def who(lane: str) -> Who | None:
        own, _, job = lane.partition("#")
        process, _, role = own.rpartition(".")
        kind = LaneKind.PROCESS if process else LaneKind.PROGRAM
        kind = LaneKind.TASK if "/" in role else LaneKind.THREAD if job or role != "0" else kind
        return Who(f"{process or 1}.{role}", called.get(lane, ""), kind, int(job or 0)) if lane else None

    pairs = frozenset((int(pair[0]), int(pair[1])) for pair in before.split())
    return Known(tuple(map(who, lanes)), frozenset(processes), pairs, ({},) * len(lanes))


# Runs, what is known of those that were traced (by index), what is proposed, and maybe part of a question.
LAZY = "w 3 did 7 / w 3 did 8 / w 3 ends / w 4 ends"
ENDS = ["A ok / B ok", "B ok / A ok"]
TRACED: dict[str, tuple[list[str], dict[int, Known], str, *tuple[str, ...]]] = {
    "an order by luck, with other lines in between": (
        ["a / b / c", "b / a / c"],
        {0: traced("2", "3", "4"), 1: traced("3", "2", "4")},
        "thread| a / thread2| b / thread3| c",
        "line 4 after 2, line 4 after 3: always in this order, but nothing was seen to make it wait; left free",
    ),
    "processes are called as the program calls them": (
        ["7> a / 8> b", "8> b / 7> a"],
        {0: traced("7.0", "8.0", names="7.0=read 8.0=Process-2"), 1: traced("8.0", "7.0", names="7.0=read")},
        "read| a / child| b",
    ),
    "a thread that gets some way, be it before or after others": (
        ["go / end", "d on / go / end", "go / d on / end", "go / d on / d off / end", "d on / go / d off / end"] * 2,
        {6: traced("2", "0", "0", before="12")},
        "main| go / thread times 0..1| d on / times 0..1| d off / end",
    ),
    "workers who are called what they do, and one alone": (
        ["cook 1: a / cook 2: b / cook 1: c", "cook 1: a / cook 1: b / cook 1: c", "cook 2: a / cook 1: b / cook 1: c"],
        {
            0: traced("2", "3", "2", names="2=cook 3=cook", before="02"),
            1: traced("2", "2", "2", names="2=cook", before="01 02 12"),
        },
        "a| cook {a:worker=1 in 1..2}: a / b| cook {b:worker=2 in 1..2}: b / c| cook 1: c",
    ),
    "workers, and lines of another": (
        ["cook-1: a / cook-2: b / cook-1: c / end / all", "cook-2: a / cook-1: b / cook-1: c / end / all"],
        {
            0: traced("2", "3", "2", "0", "0", names="2=cook 3=cook", before="02 03 13 23 34"),
            1: traced("3", "2", "2", "0", "0", names="2=cook 3=cook", before="12 03 13 23 34"),
        },
        "a| cook-{a:worker=1 in 1..2}: a / b| cook-{b:worker=2 in 1..2}: b / cook| cook-1: c / end / all",
    ),
    "a number that threads with names happen to share": (
        ["w-1 as 1 / w-2 as 2 / w-1 by 1 / w-2 by 2", "w-1 as 2 / w-2 as 1 / w-1 by 1 / w-2 by 2"] * 3,
        {4: traced("2", "3", "2", "3", names="2=w-1 3=w-2", before="02 13")},
        "w-1| w-1 as {n:int=1 each 1..2} / w-2| w-2 as {n2:int=2 each 1..2} / w-1| w-1 by 1 / w-2| w-2 by 2",
    ),
    "a line that no traced run has, and no order": (
        ["t / u / m / n", "u / t / ok / m / n", "t / u / m / ok / n"] * 2,
        {3: traced("2", "3", "0", "0", before="02 03 23")},
        "thread as a| u / thread2 as b| t / main/ after a, b times 0..1| ok / main/ after b| m / n",
    ),
    "threads that print just the same": (
        ["a / a / b / b", "a / b / a / b"],
        {0: traced("2", "3", "3", "2", before="03 12"), 1: traced("2", "2", "3", "3", before="01 23")},
        "thread| a / thread2| a / thread2| b / thread| b",
    ),
    "workers that do just the same": (
        [
            "by P_0 a / by P_1 a / by P_1 b / by P_0 b",
            "by P_1 a / by P_0 a / by P_0 b / by P_1 b",
            "by P_0 a / by P_0 b / by P_0 a / by P_0 b",
            "by P_0 a / by P_1 a / by P_1 b / by P_0 b",
        ],
        {3: traced("2#1", "3#1", "3#1", "2#1", before="03 12")},
        "thread| by {word:text=P_0 in P_0 | P_1} a / thread2| by {word2:text=P_1 in P_0 | P_1} a / "
        "thread2| by {word2} b / thread| by {word} b",
    ),
    "workers of a pool with a prefix": (
        [
            "Pot_0 waits for it / Pot_0 has it / Pot_1 waits for it / Pot_1 has it",
            "Pot_1 waits for it / Pot_0 waits for it / Pot_1 has it / Pot_0 has it",
            "Pot_0 waits for it / Pot_0 has it / Pot_0 waits for it / Pot_0 has it",
        ],
        {0: traced("2#1", "2#1", "3#2", "3#2", before="01 23"), 1: traced("3#1", "2#2", "3#1", "2#2", before="02 13")},
        "thread| {thread:worker=Pot_0 in Pot_0 | Pot_1} waits for it / thread| {thread} has it / "
        "thread2| {thread2:worker=Pot_1 in Pot_0 | Pot_1} waits for it / thread2| {thread2} has it",
    ),
    "lines that may be missing, in any order": (
        ["a 5 / end", "b 6 / end", "a 5 / b 6 / end", "b 6 / a 5 / end", "end"] * 2,
        {5: traced("0", "0", before="01"), 6: traced("0", "0", before="01")},
        "main/ times 0..1| a 5 / main/ times 0..1| b 6 / end",
    ),
    "an order with a cause is kept": (
        ["begin / sleep / end"] * 3,
        {2: traced("0", "2", "0", names="2=Ada", before="01 02 12")},
        "begin / sleep / end",
    ),
    "another that the program calls main": (
        ["a / b"] * 3,
        {2: traced("0/1", "0", names="0/1=main")},
        "main2| a / main| b",
    ),
    "a cause in each traced run": (
        ["a / b"] * 3,
        {1: traced("0", "2", before="01"), 2: traced("0", "2")},
        "main| a / thread| b",
        "left free",
    ),
    "by way of a third": (
        ["a / b / c", "b / a / c"],
        {0: traced("2", "3", "0", before="02 12"), 1: traced("3", "2", "0", before="02 12")},
        "thread| a / thread2| b / c",
    ),
    "after a line that comes twice, labelled once": (
        ["x / t / t / z", "t / t / t / z / x"] * 2,
        {
            0: traced("2", "3", "3", "4", names="2=X 3=T 4=Z", before="12 13 23"),
            1: traced("3", "3", "3", "4", "2", names="2=X 3=T 4=Z", before="01 02 12 03 13 23"),
        },
        "X| x / T as a times 2..| t / T times 2..| t / Z after a| z",
    ),
    "nothing can wait for a line that may not come": (
        ["x / t / z", "t / z / x", "z / x"],
        {0: traced("2", "3", "4", names="2=X 3=T 4=Z", before="12")},
        "X| x / T times 0..1| t / Z| z",
    ),
    "one thread, in any order": (
        ["got 1 a / got 2 b / got 3 c / end", "got 2 b / got 1 a / got 3 c / end", "got 1 a / got 3 c / got 2 b / end"],
        {0: traced("0", "0", "0", "0", before="01 02 03 12 13 23")},
        "main/| got 1 a / main/| got 2 b / main/| got 3 c / end",
    ),
    "one thread, in any order, each line after that of another": (
        [
            "9> c / got 3 / 7> a / got 1 / 8> b / got 2 / end",
            "7> a / got 1 / 9> c / 8> b / got 2 / got 3 / end",
            "7> a / 8> b / got 2 / got 1 / 9> c / got 3 / end",
        ],
        {0: traced("9.0", "0", "7.0", "0", "8.0", "0", "0", before="01 03 05 06 13 15 16 23 25 26 35 36 45 46 56")},
        "child as a| c / main/ after a| got 3 / child2 as b| a / main/ after b| got 1 / "
        "child3 as c| b / main/ after c| got 2 / end",
    ),
    "the jobs of a pool's thread": (
        ["run a / end a / run b / end b", "run b / end b / run a / end a"],
        {
            0: traced("2#1", "2#1", "2#2", "2#2", before="01 02 03 12 13 23"),
            1: traced("2#1", "2#1", "2#2", "2#2", before="01 23"),
        },
        "a| run a / a| end a / b| run b / b| end b",
    ),
    "a process that prints nothing": (["has 7", "has 8"], {0: traced("0", processes="7")}, "has {process:silent=7}"),
    "a process that prints only in some runs": (
        ["on / has 7", "on / 8> x / has 8", "on / has 9"],
        {0: traced("0", "0", before="01", processes="7")},
        "on / child times 0..1| x / has {n:int=8 in 0..}",
        "`n`",
    ),
    "processes of a pool that print nothing": (
        ["a 7 / b 7", "a 8 / b 9"],
        {0: traced("0", "0", before="01", processes="7"), 1: traced("0", "0", before="01", processes="89")},
        "a {process:worker=7 of 2} / b {process2:worker=7 of 2}",
    ),
    "more workers than there is work": (
        ["7> A does 1 / 7> A does 2 / 8> B does 3", "5> C does 1 / 6> D does 2 / 5> C does 3"],
        {0: traced("7.0", "7.0", "8.0", processes="78")},
        "task| {task:worker=A in A | B | C | D} does 1 / task2| {task2:worker=A in A | B | C | D} does 2 / "
        "task3| {task3:worker=B in A | B | C | D} does 3",
    ),
    "workers of whom one never did anything": (
        ["7> W-1 does 1 / 7> W-1 does 2 / 8> W-4 does 3", "5> W-1 does 1 / 6> W-2 does 2 / 5> W-1 does 3"],
        {0: traced("7.0", "7.0", "8.0", processes="78")},
        "task| W-{task:worker=1 in 1..4} does 1 / task2| W-{task2:worker=1 in 1..4} does 2 / "
        "task3| W-{task3:worker=4 in 1..4} does 3",
    ),
    "the end of a worker after a job that it happened to do": (
        [
            "7> a / 7> b / 7> off / 8> off / end",
            "7> a / 8> b / 8> off / 7> off / end",
            "7> a / 8> b / 8> off / 7> off / end",
            "7> a / 7> b / 7> off / end",
        ],
        {
            0: traced("7.0", "7.0", "7.0", "8.0", "0", before="01 02 12 04 14 24 34"),
            1: traced("7.0", "8.0", "8.0", "7.0", "0", before="03 12 04 14 24 34"),
        },
        "task| a / task2| b / pool/ times 1..| off / pool/ times 1..| off / end",
    ),
    "workers that did the same in each traced run": (
        ["by 3: a / by 4: b / by 3: c", "by 3: a / by 4: b / by 4: c", "by 3: a / by 4: b / by 3: c"],
        {0: traced("2", "3", "2", before="02"), 2: traced("2", "3", "2", before="02")},
        "a| by {a:worker=3 in 3..4}: a / b| by {b:worker=4 in 3..4}: b / c| by {c:worker=3 in 3..4}: c",
        "line 4 after 3: always in this order, but nothing was seen to make it wait",
    ),
    "workers that do what is not alike": (
        ["w 3 did 7 / w 4 did 8 / w 3 ends / w 4 ends", "w 4 did 7 / w 3 did 8 / w 3 ends / w 4 ends", LAZY],
        {0: traced("2", "3", "2", "3", before="02 13"), 1: traced("3", "2", "2", "3", before="03 12")},
        "thread| w {thread:worker=3 in 3..4} did 7 / thread2| w {thread2:worker=4 in 3..4} did 8 / "
        "thread3| w {thread3:worker=3 in 3..4} ends / thread4| w {thread4:worker=4 in 3..4} ends",
    ),
    "workers that did the like in each traced run": (
        ["3 works / 4 works / 3 works", "3 works / 4 works / 4 works", "3 works / 4 works / 3 works"],
        {0: traced("2", "3", "2", before="02"), 2: traced("2", "3", "2", before="02")},
        "thread| {thread:worker=3 in 3..4} works / thread2| {thread2:worker=4 in 3..4} works / "
        "thread3| {thread3:worker=3 in 3..4} works",
    ),
    "workers that are told by two numbers": (
        ["3 as 5 / 4 as 6 / 3 as 5", "3 as 5 / 4 as 6 / 4 as 6", "4 as 6 / 3 as 5 / 3 as 5"],
        {0: traced("2", "3", "2", before="02"), 2: traced("3", "2", "2", before="12")},
        "thread| {thread:worker=3 in 3..4} as {n:int=5 in 5..6} / thread2| {thread2:worker=4 in 3..4} as "
        "{n2:int=6 in 5..6} / thread3| {thread3:worker=3 in 3..4} as {n3:int=5 in 5..6}",
    ),
    "a number that only tells who it is in the runs that were traced": (
        ["5 for 3 / 6 for 4 / 5 for 3", "5 for 3 / 6 for 4 / 6 for 4", "6 for 4 / 6 for 3 / 5 for 4"],
        {0: traced("2", "3", "2", before="02"), 1: traced("2", "3", "3", before="12")},
        "thread| {n:int=5 in 5..6} for {thread:worker=3 in 3..4} / thread2| 6 for {thread2:worker=4 in 3..4} / "
        "thread3| {n2:int=5 in 5..6} for {thread3:worker=3 in 3..4}",
    ),
    "processes that did the same in each traced run": (
        ["7> a / 8> b / 7> c", "5> a / 6> b / 6> c", "7> a / 8> b / 7> c"],
        dict.fromkeys((0, 2), traced("7.0", "8.0", "7.0", before="02", processes="178")),
        "task| a / task2| b / task3| c",
        "line 4 after 3",
    ),
    "workers with zeros in front": (
        ["by 03: a / by 04: b / by 03: c", "by 03: a / by 04: b / by 04: c", "by 04: a / by 03: b / by 03: c"],
        {0: traced("2", "3", "2")},
        "a| by {a:worker=03 in 03 | 04}: a / b| by {b:worker=04 in 03 | 04}: b / c| by {c:worker=03 in 03 | 04}: c",
    ),
    "workers whose names are drawn, of which one has no letter by chance": (
        [
            "by 8f3c9a1b: a / by 93745120: b / by 8f3c9a1b: c",
            "by 8f3c9a1b: a / by 93745120: b / by 93745120: c",
            "by 93745120: a / by 8f3c9a1b: b / by 8f3c9a1b: c",
        ],
        {0: traced("2", "3", "2")},
        "a| by {a:worker=8f3c9a1b in 8f3c9a1b | 93745120}: a / b| by {b:worker=93745120 in 8f3c9a1b | 93745120}: b / "
        "c| by {c:worker=8f3c9a1b in 8f3c9a1b | 93745120}: c",
    ),
    "workers that the main thread tells of": (
        ["0 by w_0 / 1 by w_1 / 2 by w_0", "0 by w_1 / 1 by w_0 / 2 by w_0", "0 by w_0 / 1 by w_1 / 2 by w_1"],
        dict.fromkeys([0, 1], traced("0", "0", "0", before="01 02 12")),
        " / ".join(f"{n} by {{word{word}:text=w_{n % 2} in w_0 | w_1}}" for n, word in enumerate(["", "2", "3"])),
    ),
    "what a process prints before it is ended": (
        ["go / 7> on / 7> off / end", "go / 8> on / end", "go / 9> on / end"],
        {2: traced("0", "9.0", "0", before="01 02", processes="19")},
        "go / child| on / child times 0..1| off / end",
        "how often may it come?",
    ),
    "lines that look the same behind others that do not": (
        ["A here / == / B here / ==", "B here / A here / == / ==", "B here / == / A here / =="],
        {0: traced("2", "2", "3", "3", before="01 23")},
        "A| A here / A| == / B| B here / B| ==",
    ),
    "through what is pressed": (["a / key / b"] * 2, {0: traced("2", "", "0"), 1: traced("2", "", "0")}, "a / key / b"),
    "one thread, in any order, twice": (
        ["do 1 / do 2 / no 1 / no 2", "do 2 / do 1 / no 2 / no 1"],
        {0: traced("0", "0", "0", "0", before="01 02 03 12 13 23")},
        "main/ as a| do 1 / main/ as b| do 2 / main/ after a, b| no 1 / main/ after a, b| no 2",
    ),
    "threads that have only the names that Python gives": (
        ["Kim won 1 / Lee won 2", "Lee won 1 / Kim won 2"],
        {0: traced("2", "3", names="2=Thread-1 3=Thread-2"), 1: traced("3", "2", names="2=Thread-1 3=Thread-2")},
        "Kim| Kim won {n:int=1 each 1..2} / Lee| Lee won {n2:int=2 each 1..2}",
    ),
    "lines of a printer of which some were never traced": (
        ["n 3 / <T up 7> / <T gone 8> / <T gone 9>", "n 2 / <T up 5> / <T up 6>", "n 0"],
        {1: traced("0", "0", "0", before="01 02 12")},
        "n {n:int=3 in 0..} / times 0..| <T {word:text=up in gone | up} {n2:int=7 in 0..}> / "
        "times 0..| <T {word2:text=gone in gone | up} {n3:int=8 in 0..}> / "
        "times 0..| <T {word3:text=gone in gone | up} {n4:int=9 in 0..}>",
    ),
    "the same lines of two tasks, in an order that is sure": (
        ["on / on / off / off"] * 2,
        {0: traced("0/2", "0/3", "0/2", "0/3", before="01 02 03 12 13 23")},
        "on / on / off / off",
    ),
    "the same line of several threads": (
        ["done / done"] * 2,
        {0: traced("2", "3"), 1: traced("3", "2")},
        "thread| done / thread2| done",
    ),
    "lines of several threads that look the same": (
        ["A / - / B / -", "A / B / - / -"],
        {0: traced("2", "2", "3", "3", before="01 23"), 1: traced("2", "3", "3", "2", before="03 12")},
        "thread| A / thread| - / thread2| B / thread2| -",
    ),
    "lines of several threads that look the same, in runs that were not traced": (
        ["A / - 5 / B / - 6 / =", "B / A / - 4 / = / - 7", "A / B / - 8 / - 9 / ="],
        {0: traced("2", "2", "3", "3", "3", before="01 23 24 34")},
        "thread| A / thread| - {n:int=5 in 0..} / thread2| B / thread2| - {n2:int=6 in 0..} / thread2| =",
    ),
    "lines that look the same, of several tasks, in an order that is sure": (
        ["A / B / - / - / B ends / A ends", "A / B / - / - / A ends / B ends"] * 2,
        {0: traced("0/2", "0/3", "0/2", "0/3", "0/3", "0/2", before="01 02 03 04 05 12 13 14 15 23 24 25 34 35")},
        "A / B / - / - / B| B ends / A| A ends",
    ),
    "lines that look the same, of the jobs of a pool": (
        ["7> a / 7> - / 8> b / 8> -", "7> a / 8> b / 8> - / 7> -", "7> b / 7> - / 7> a / 7> -"],
        {
            0: traced("7.0#1", "7.0#1", "8.0#1", "8.0#1", before="01 23", processes="178"),
            2: traced("7.0#1", "7.0#1", "7.0#2", "7.0#2", before="01 02 03 12 13 23", processes="17"),
        },
        "task| a / task| - / task2| b / task2| -",
    ),
    "lines that look the same, of one thread or another": (
        ["A / - / B / -", "A / B / - / -"],
        {0: traced("2", "2", "3", "3", before="01 23"), 1: traced("2", "3", "3", "3", before="12 13 23")},
        "thread| A / thread2| - / thread3| B / thread3| -",
        "line 3: in a traced run, line 2 has another name, but the thread (1.2) printed both: give both its name; ",
    ),
    "lines of two tasks that no traced run has both": (
        [*["A no / A ok / B ok", "B no / A ok / B ok", "A ok / B ok"], *(f"A no / B no / {end}" for end in ENDS)],
        {0: traced("0/2", "0/2", "0/3", before="01"), 1: traced("0/3", "0/2", "0/3", before="02")},
        "A times 0..1| A no / B times 0..1| B no / A| A ok / B| B ok",
    ),
    "a thread of the main process, which prints another line in some runs only": (
        ["maybe / add 7 / add 8", "add 7 / add 9", "add 9 / add 8"],
        {1: traced("2", "2", before="01")},
        "times 0..1| maybe / add {n:int=7 in 0..} / add {n2:int=8 in 0..}",
    ),
    "what precedes a line that may not come need not precede what follows it": (
        ["a / x / z", "a / z", "z / a", "a / x / z"],
        {0: traced("0/2", "0/2", "0/3", before="01 02 12"), 1: traced("0/2", "0/3")},
        "thread| a / thread times 0..1| x / thread2| z",
    ),
    "what another prints before such a line, neither": (
        ["a / x / z", "a / z", "z / a", "a / x / z"],
        {0: traced("0/2", "0/3", "0/3", before="01 02 12"), 1: traced("0/2", "0/3")},
        "thread| a / thread2 times 0..1| x / thread2| z",
    ),
    "lines that threads print as often as they happen to": (
        ["A up / B up / A on / B on / A on / A off / B off / end", "B up / B on / A up / A on / B off / A off / end"],
        {
            0: traced("2", "3", "2", "3", "2", "2", "3", "0", before="02 24 45 57 13 36 67"),
            1: traced("3", "3", "2", "2", "3", "2", "0", before="01 14 23 35 46 56"),
        },
        "A| A up / B| B up / A times 1..| A on / B| B on / A times 1..| A on / A| A off / B| B off / end",
        "line 4, `A on`",
    ),
    "lines that each thread prints as often as it happens to, with its number": (
        [*["t-1 at 5 / go / t-2 at 6 / t-1 at 7", "t-2 at 5 / go / t-1 at 8"] * 2, "t-1 at 5 / go"],
        {0: traced("2", "0", "3", "2", before="03"), 1: traced("3", "0", "2")},
        "t-1 times 1..| t-1 at {n:int=5 in 0..} / main| go / t-2 times 0..1| t-2 at {n2:int=6 in 0..} / "
        "t-1 times 1..| t-1 at {n3:int=7 in 0..}",
        "line 2, `t-1 at…`, line 4, `t-2 at…`: not equally often",
    ),
    "what came before a line just since another did that it may swap with": (
        ["A on / B on / C on / got A / got B / got C", "B on / C on / got C / A on / got A / got B"],
        {0: traced("2", "3", "4", "0", "0", "0", before="03 04 05 14 15 25 34 35 45")},
        "thread as a| A on / thread2 as b| B on / thread3 as c| C on / main/ after a| got A / main/ after b| got B / "
        "main/ after c| got C",
    ),
    "one thread, in any order but for two lines": (
        ["do 1 / do 2 / do 3", "do 2 / do 1 / do 3", "do 1 / do 3 / do 2"],
        {0: traced("0", "0", "0", before="01 02 12")},
        "main/| do 1 / main/| do 2 / main/| do 3",
        "line 4 after 2: always in this order, but nothing was seen to make it wait; left free",
    ),
    "a run that tracing disturbed": (
        ["a / b"] * 2 + ["a"],
        {2: traced("0")},
        "a / b",
        "ignored traced runs that printed something else: 1",
    ),
}


@pytest.mark.parametrize("name", [*SEEN, *TRACED])
def test_a_proposal(name: str) -> None:
    runs, seen, lines, *asked = TRACED.get(name) or (SEEN[name][0], {}, *SEEN[name][1:])
    change = propose(Path("a.out"), TERMINAL, [run(text) for text in runs], seen)
    assert " / ".join(change.text.splitlines()[1:]) == lines
    assert "".join(asked) in "\n".join(change.notes)
    assert "line 2 after" not in "\n".join(change.notes), "it is the first"


@pytest.mark.parametrize(("runs", "times"), [(["a", "a"], 8), (["a", "a / b 5", "b 7"], 10)])
def test_more_runs_are_traced_until_each_line_came(
    runs: list[str], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = iter([*["a"] * 9, "b 1", "a"])
    monkeypatch.setattr(traces, "traced", lambda _: ([], run(next(texts))))
    assert len(traced_runs(play(Example(Path(), "c/a")), [*map(run, runs)])) == times


# Runs that no annotations describe, and what the error says.
HOPELESS: dict[str, tuple[list[Run], list[str]]] = {
    "lines that never come together": (
        [run("a 1 / b"), run("b / c")],
        ["no run printed all of these lines", "`a…`: 1 of 2", "`c`: 1 of 2", "print one kind\nof line in one"],
    ),
    "lines in any number and order": (
        [run("a / b / c"), run("a / b / b / a / c")],
        ["`a` was printed 1 to 2 times", "print one kind\nof line in one place"],
    ),
    "nothing but numbers, and another line": (
        [run("a! / 8 / 9.5"), run("a! / 8 / a! / 9.5 / 7")],
        ["`a!` was printed 1 to 2 times", "a line like `8` was printed 2 to 3 times"],
    ),
    "a line that comes again with others, and is in all runs with the same number": (
        [run("to 2 /  / cut 1 /  / cut 0 / "), run("to 1 /  / cut 0 / ")],
        ["`cut…` was printed 1 to 2 times", "an empty line was printed 2 to 3 times"],
    ),
    "lines that come again together": (
        [run("try / failed / try / failed / ok"), run("try / failed / ok")],
        ["`try` was printed 1 to 2 times", "`failed` was printed 1 to 2 times"],
    ),
    "lines as often as they happen to come, of which one comes again after another": (
        [run("is on / off / is on"), run("is on / is on / off / off / is on"), run("is on / off / off / is on")],
        ["`is on` was printed 2 to 3 times", "`off` was printed 1 to 2 times"],
    ),
    "words without end": (
        [run(f"id {word}") for word in ("8f3c", "9a1b", "7b2b", "6c1d")],
        ["`6c1d`, `8f3c`, `9a1b` …", "4 texts in 4 runs"],
    ),
    "letters that are no digits": (
        [run(text) for text in ("ababbabaab", "abababbaab", "aababbabab")],
        ["`aababbabab`, `abababbaab`, `ababbabaab` …"],
    ),
    "as many words as there happen to be, with marks of numbers": (
        [
            run(f"left: {', '.join(['<Thread(one.e)>', '<Thread(two.e)>', '<Thread(ten.e)>'][:n] * 9)}")
            for n in (1, 2, 3)
        ],
        ["3 texts in 3 runs"],
    ),
    "a line torn in two": (
        [run("A / B"), run("AB / "), run("A / B")],
        ["`AB` was printed in 1 of 3 runs", "If two prints got into one line, write it with its newline in one call"],
    ),
    "another end": ([run("a"), run("b", exit=1)], ["was 0 in 1 runs, 1 in 1 runs; with 1 it ended in `b`"]),
    "an interpreter that gave up": (
        [run("a"), run("a / Fatal Python error: no lock / Thread 0x1 (most recent call first): /   <none>", exit=-6)],
        ["-6 in 1 runs; with -6 it ended in `Fatal Python error: no lock`"],
    ),
    "mostly a failure": (
        [run("a"), *[run("Traceback (most recent call last): /   ... / E: / b / c / d", exit=1)] * 2],
        ["was 1 in 2 runs, 0 in 1 runs; with 1 it ended in `E: b c`"],
    ),
    "more lines than anyone reads": (
        [run("a"), run(" / ".join("a" * 501))],
        ["it printed 501 lines, too many for a page"],
    ),
    "times in two formats": (
        [run("10:00:59,603 a"), run("10:00:59,604 a"), run("10:00:59,605 a"), run("10:00:59,57 a")],
        ["`10:00:59,57`, `10:00:59,604`, `10:00:59,605` …", "a time or an address in one format"],
    ),
    "processes that are started as the program is imported": (
        [run("a"), run("RuntimeError: /         An attempt has been made to start a new process before the / x")],
        ["in 1 of 2 runs, each process imports the program", 'only below `if __name__ == "__main__":`'],
    ),
    "processes that are always started as the program is imported": (
        [run(" / ".join(["An attempt has been made to start a new process before the"] * times)) for times in (1, 2)],
        ["in 2 of 2 runs, each process imports the program"],
    ),
    "a traceback that another thread's line tore": (
        [run("Traceback (most recent call last): /   ... / E: e / a"), run('a /   File "p.py", line 1, in f / E: e')],
        ["in 1 of 2 runs", 'before `  File "p.py", line 1, in f`', "catch the exception"],
    ),
    "trouble": ([run("a"), Run((Output(()),), "it left a process behind")], ["it left a process behind"]),
    "control characters": (
        [run("\x1b[1m")],
        [r"a page can't show the control characters here: `\x1b[1m`; print plain text, without colours"],
    ),
    "a control character in each run": ([run("a \0 1"), run("a \0 2")], [r"here: `a \x00 1`"]),
    "a worker that does two things at once": (
        [run("7> begin (7) / 7> else (7) / 7> end"), run("5> begin (5) / 4> else (4) / 5> end")],
        ["found no annotations that allow all", "is not done with `task`"],
    ),
}


@pytest.mark.parametrize("seen", HOPELESS)
def test_what_can_not_be_described_is_refused_with_a_reason(seen: str) -> None:
    runs, reasons = HOPELESS[seen]
    with pytest.raises(ProposeError) as refused:
        propose(Path("a.out"), TERMINAL, runs, {})
    assert [reason for reason in reasons if reason not in str(refused.value)] == []


@pytest.mark.parametrize(
    "drawn", ["ddcfc1fc-02a2-4ea1-a0d2-a7331be9be18", "16097127-0ec7-4008-988b-fc8d6b20767e", "a1b2c3d4"]
)
def test_what_is_drawn_is_one_value_whatever_it_begins_with(drawn: str) -> None:
    assert outline(f"request {drawn} done") == outline("request 16a97127-0ec7-4008-988b-fc8d6b20767e done")


def test_lines_that_are_alike_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """If each line were compared with all others, 200 lines would take minutes."""
    looked = Mock(side_effect=variables.trim), Mock(side_effect=variables.variable)
    monkeypatch.setattr(parts, "trim", looked[0])
    monkeypatch.setattr(parts, "variable", looked[1])
    runs = [run(" / ".join(f"step {n} of 0.{seed}{n:02}" for n in range(40))) for seed in range(9)]
    assert "step 39 of {x40:float=0.039 in 0..}" in propose(Path("a.out"), TERMINAL, runs, {}).text
    assert max(one.call_count for one in looked) < 5


def test_an_end_that_only_tracing_brings_does_not_count() -> None:
    change = propose(Path("a.out"), TERMINAL, [run("a"), run("a"), run("a", exit=1)], {2: traced("0")})
    assert change.text == "$ python a.py\na\n"
    assert "ignored traced runs that printed something else: 1" in change.notes


def test_without_attested_writers_it_says_so() -> None:
    outputs = [Output((("start", None), (f"child {pid}", None)), main=1) for pid in (7, 8)]
    change = propose(Path("a.out"), TERMINAL, [Run((output,)) for output in outputs], {})
    assert change.text == "$ python a.py\nstart\nchild {n:int=7 in 0..}\n"
    assert "does not say which process printed a line" in change.notes[0]


# --- Programs that run ----------------------------------------------------------------------------------------------


@dataclass
class Program:
    """The program `p.py`, the lines proposed for it (sorted, without values), and part of a question.

    `typed` is what its result says before it is recorded: what is typed and pressed. The proposal is made from `times`
    runs and from `looks` traced ones.
    """

    text: str
    lines: str
    asked: str = ""
    typed: str = ""
    times: int = 4
    looks: int = 3

    @property
    def expected(self) -> list[str]:
        return sorted(map(blank, dedent(self.lines).strip("\n").split("\n")))


def blank(line: str) -> str:
    """Return the line without names of variables, recorded values, and the numbers of names."""
    line = re.sub(r"^([A-Za-z]+)[0-9]+\|", r"\1|", re.sub(r"/[0-9]+\|", "/N|", line))
    return re.sub(r"\{(?:\w+:)?(\w+)([^={}]*)=.*?(?=(?: in | each | of |\}))", r"{\1\2=", line)


PROGRAMS = {
    "main hears of threads in any order": Program(
        """
        import random, time
        from concurrent.futures import ThreadPoolExecutor, as_completed
        def roll(n): time.sleep(random.random() / 50); return n
        with ThreadPoolExecutor(3) as pool:
            for done in as_completed([pool.submit(roll, n) for n in (4, 5, 6)]): print("rolled", done.result())
        print("end")
        """,
        """
        main/| rolled 4
        main/| rolled 5
        main/| rolled 6
        end""",
    ),
    "main prints what others send, each in its order": Program(
        """
        import multiprocessing, random, time
        def send(name, q):
            time.sleep(random.random() / 50); q.put(name + " 1"); time.sleep(random.random() / 50); q.put(name + " 2")
        if __name__ == "__main__":
            q = multiprocessing.Queue()
            for name in "AB": multiprocessing.Process(target=send, args=(name, q)).start()
            for _ in range(4): print("got", q.get())
        """,
        """
        main/1| got A 1
        main/1| got A 2
        main/1| got B 1
        main/1| got B 2""",
        times=12,
    ),
    "lines that are printed under a lock": Program(
        """
        import random, threading, time
        def work(name):
            print(name, "begins")
            time.sleep(random.random() / 50)
            with lock:
                print(name, "in")
                print(name, "out")
        lock = threading.Lock()
        for name in "AB": threading.Thread(target=work, args=(name,)).start()
        """,
        """
        A| A begins
        A with lock| A in
        A still with lock| A out
        B| B begins
        B with lock| B in
        B still with lock| B out""",
    ),
    "lines that are printed under a semaphore": Program(
        """
        import random, threading, time
        def work(name):
            time.sleep(random.random() / 50)
            with mutex:
                print(name, "in")
                print(name, "out")
        mutex = threading.Semaphore(1)
        for name in "AB": threading.Thread(target=work, args=(name,)).start()
        """,
        """
        A| A in
        A still| A out
        B| B in
        B still| B out""",
    ),
    "lines that are printed under a semaphore that others release": Program(
        """
        import random, threading, time
        def work(name):
            time.sleep(random.random() / 50)
            with mutex:
                print(name, "in")
                print(name, "out")
        def other(): time.sleep(random.random() / 50); mutex.release()
        mutex = threading.Semaphore(1)
        for name in "AB": threading.Thread(target=work, args=(name,)).start()
        threading.Thread(target=other).start()
        """,
        """
        A| A in
        A| A out
        B| B in
        B| B out""",
    ),
    "lines that a task prints in its turn": Program(
        """
        import asyncio, random
        async def work(name, lock):
            await asyncio.sleep(random.random() / 50)
            print(name, "begins")
            print(name, "goes on")
            await asyncio.sleep(0)
            async with lock:
                print(name, "in")
                await asyncio.sleep(0.001)
                print(name, "out")
        async def main():
            lock = asyncio.Lock()
            await asyncio.gather(*(work(name, lock) for name in "ABC"))
        asyncio.run(main())
        """,
        "\n".join(
            f"{name}| {name} begins\n{name} still| {name} goes on\n"
            f"{name} with lock| {name} in\n{name} still with lock| {name} out"
            for name in "ABC"
        ),
        looks=9,
    ),
    "what the deadlines happened to order": Program(
        """
        import asyncio, random
        async def work(name, first):
            print(name, "begins")
            await asyncio.sleep(first + random.random() / 8)
            print(name, "ends")
        async def main(): await asyncio.gather(work("a", 0), work("b", 0.12))
        asyncio.run(main())
        """,
        """
        a begins
        b begins
        a| a ends
        b| b ends""",
    ),
    "workers by number": Program(
        """
        import random, time
        from multiprocessing import Process, Queue
        def cook(number, orders):
            for dish in iter(orders.get, None):
                print(f"cook {number}: {dish} begun")
                time.sleep(random.random() / 50)
                print(f"cook {number}: {dish} done")
        if __name__ == "__main__":
            orders = Queue()
            cooks = [Process(target=cook, args=(n, orders)) for n in (1, 2)]
            for one in cooks: one.start()
            for dish in ("soup", "rice", "cake", None, None): orders.put(dish)
            for one in cooks: one.join()
        """,
        """
        soup| cook {worker= in 1..2}: soup begun
        soup| cook {soup}: soup done
        rice| cook {worker= in 1..2}: rice begun
        rice| cook {rice}: rice done
        cake| cook {worker= in 1..2}: cake begun
        cake| cook {cake}: cake done""",
        times=10,
        looks=9,  # so that in some of them, another cook bakes the cake
    ),
    "workers by name": Program(
        """
        import random, threading, time
        from concurrent.futures import ThreadPoolExecutor
        ready = threading.Barrier(2)
        def begin():
            ready.wait()
            time.sleep(random.random() / 50)
        def serve(table):
            time.sleep(random.random() ** 4 / 20)
            print(threading.current_thread().name, "served", table)
        with ThreadPoolExecutor(2, "waiter", begin) as pool: list(pool.map(serve, range(1, 5)))
        """,
        """
        thread| {worker= in waiter_0 | waiter_1} served 1
        thread2| {worker= in waiter_0 | waiter_1} served 2
        thread3| {worker= in waiter_0 | waiter_1} served 3
        thread4| {worker= in waiter_0 | waiter_1} served 4""",
        times=10,
    ),
    "what waits on few cores only": Program(
        """
        import os, threading
        threads = [threading.Thread(target=print, args=(name,), name=name) for name in ("left", "right")]
        for thread in threads:
            thread.start()
            if (os.cpu_count() or 1) < 4: thread.join()
        """,
        "left| left\nright| right",
    ),
    "a command that prints nothing": Program(
        "import subprocess\nwith subprocess.Popen('true') as command: print(command.pid)", "{silent=}"
    ),
    "what no Python can read": Program(
        "print(",
        """
          File "p.py", line 1
            print(
                 ^
        SyntaxError: '(' was never closed
        [exit 1]""",
        "it printed an exception",
    ),
    "no newline at the end": Program("print('a', end='')", "a\n[no newline]"),
    "what ends as that which is typed": Program(
        """
import threading
a, b = input("a? "), input("b? ")
threads = [threading.Thread(target=print, args=(name, a + b)) for name in ("Ann", "Ben")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("end", b)
""",
        """
        a? {input=}
        b? {input=}
        Ann| Ann 1x
        Ben| Ben 1x
        end x""",
        typed="a? {a:input=1}\nb? {b:input=x}\n",
    ),
    "what is typed at the prompt of another": Program(
        """
        import sys, threading
        def ask(): print("Name? ", end="", flush=True)
        def read(): print("hello", sys.stdin.readline().strip())
        threads = [threading.Thread(target=target) for target in (ask, read)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print("end")
        """,
        """
        ask| Name? {input=}
        read| hello Ada
        end""",
        typed="Name? {name:input=Ada}\n",
    ),
    "what is typed where the prompt varies": Program(
        "import random\nn = random.randrange(99)\nprint('so', input(f'{{{n}}} + 1 = '))",
        "{{{int= in 0..}}} + 1 = {input=}\nso 13",
        typed="{{{n:int=12}}} + 1 = {sum:input=13}\n",
    ),
    "Ctrl-C": Program(
        "import time\ntry: print('press'); time.sleep(9)\nexcept KeyboardInterrupt: print('pressed')",
        "press\n^C\npressed",
        typed="press\n^C\n",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_proposal_for(name: str, runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = PROGRAMS[name]
    monkeypatch.setattr(traces, "AT_LEAST", program.looks)
    if "cpu_count" in program.text:
        confined()  # elsewhere the number of cores is not varied
    example = written(tmp_path, "p", program.text)
    typed = Play(example, parse(f"$ python p.py\n{program.typed}", example.out), own())
    turns = [runner.submit(replace(typed, variation=varied(number))) for number in range(program.times)]
    looks = traced_runs(typed, [])
    runs = [turn() for turn in turns]
    known = {index: one for index, (_, one) in enumerate(looks, len(runs)) if one}
    change = propose(example.out, typed.result.terminals[0], [*runs, *(run for run, _ in looks)], known)
    assert sorted(map(blank, change.text.splitlines()[1:])) == program.expected, change.text
    assert program.asked in "\n".join(change.notes)
    assert all(decide(parse(change.text, example.out), run).legal for run in runs)


def test_the_main_thread_is_that_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "AT_LEAST", 1)
    text = """
        from multiprocessing import Process
        if __name__ == "__main__":
            baker = Process(target=print, args=("bread",), name="baker")
            baker.start()
            baker.join()
            print("done")
        """
    ((_, known),) = traced_runs(play(written(tmp_path, "p", text)), [])
    assert known
    assert [who and who.words.partition(" (")[0] for who in known.who] == ["the process baker", "the main thread"]


# --- Examples -------------------------------------------------------------------------------------------------------

TIMES = 12
"""How many runs are made up for a result."""


def is_open(example: Example) -> bool:
    """Return whether runs can be made up from its result, and differ: it has one terminal, and only numbers and orders
    vary."""
    page = read(example.out)
    numbers = {"pid", "worker", "int", "float"}
    varies = page.variables or any(len(region.lanes) > 1 for region in page.regions)
    return (
        len(page.terminals) == 1
        and bool(varies)
        and not any(line.still for line in page.lines)
        and all(
            variable.type in numbers and not (variable.is_worker and variable.bounded) and not variable.each
            for variable in page.variables.values()
        )
    )


def legal(page: Result, random: Random) -> Run:
    """Make up a run that a page allows: in any order, with any process numbers, and the other recorded numbers.

    Each worker does one task. An actor that is not a process is taken for a thread; a process number that is no
    actor's, for the main process's.
    """
    numbers = map(str, random.sample(range(1000, 10_000), 100))
    processes = [name for name, variable in page.variables.items() if variable.is_process]
    values = page.values | dict(zip(processes, numbers, strict=False))
    actors = {line.actor for line in page.lines}
    main = values.get("main") or next((values[name] for name in processes if name not in actors), "1")
    shown = replace(page, variables={n: variable.with_value(values[n]) for n, variable in page.variables.items()})
    lines = [
        (shown.text(line), int(values[line.actor] if line.actor in processes else main))
        for line in any_order(random, page.terminals[0])
    ]
    return Run((Output(tuple(lines), page.terminals[0].exit, int(main)),))


@pytest.mark.parametrize(
    "example", [one for one in EXAMPLES if len(one.programs) == 1 and is_open(one)], ids=lambda example: example.name
)
def test_the_proposal_for_all_legal_orders_is_as_strict_as_the_annotations(example: Example) -> None:
    page = read(example.out)
    runs = [legal(page, Random(seed)) for seed in range(TIMES)]
    terminal = Terminal(1, example.programs[0].name, None, ())
    found = parse(propose(example.out, terminal, runs, {}).text, example.out)
    for run in runs:
        verdict = decide(found, run)
        assert verdict.legal, f"{found}\n{verdict.reason}"
    for seed in range(TIMES):
        verdict = decide(page, legal(found, Random(seed)))
        assert verdict.legal, f"{found}\n{page}\n{verdict.reason}"
    printed = re.findall(r"[^\W\d]+", " ".join(found.text(line) for line in found.lines))
    fixed = " ".join(part.text for line in found.lines for part in line.parts if isinstance(part, Text))
    assert printed == re.findall(r"[^\W\d]+", fixed), "a part that varies holds words"
