"""Which outputs are legal and which not, the reasons given, and how long a decision takes."""

import random

import pytest
from helpers import output, result

from witness.language import Output, Printed, Run, decide, fold_tracebacks

# A power of the language: a result file, legal outputs, and illegal outputs, each with a part of the reason.
POWERS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "int of a width": (
        "[{n:int:>6=    12}]",
        ["[    -3]", "[1234567]"],
        {
            "[   12]": "`   12` is not formatted like",
            "[12    ]": "`12    ` is not formatted like",
            "[   1.0]": "`   1.0` is not formatted like",
        },
    ),
    "numbers of a width side by side": (
        "{a:int:<4=1   } {b:int:>4=   2} {c:int:^5=  3  }",
        ["12     34   5  ", "12345    7 1234567"],
        {"12      34   5  ": "is not formatted like"},
    ),
    "float of a width, however small": (
        "[{t:float:>8=     0.5}] [{u:float:,=1,234.5}]",
        ["[   1e-05] [7.0]", "[   1e+20] [0.5]"],
        {"[   1e-05] [7]": "`7` is not formatted like"},
    ),
    "int of two digits": (
        "12:00:{s:int=05}",
        ["12:00:00", "12:00:59", "12:00:123"],
        {"12:00:5": "`5` is not formatted", "12:00:005": "`005` is not formatted"},
    ),
    "int in groups": ("{n:int:,=1,234}", ["7", "-1,000,000"], {"1234": "not formatted", "1,23": "not formatted"}),
    "int in hexadecimal": ("{n:int:#x=0x1f}", ["0xff"], {"0xFF": "instead of", "ff": "instead of"}),
    "int with a sign": ("{n:int:+=+5}", ["-5", "+0"], {"5": "not formatted"}),
    "float of a width": ("{t:float:8.2f=    1.25}", ["   -0.50", "123456.75"], {"   1.25": "not formatted"}),
    "float with an exponent": (
        "{t:float=1.2e-10}",
        ["0.5", "3e-05", "17.0"],
        {"1.20e-10": "not formatted", "x": "inst"},
    ),
    "float as it is": (
        "{t:float!r=0.05877 in 0..}",
        ["0.1", "1e-07"],
        {"0.10": "not formatted", "-0.1": "outside its bounds `in 0..", "nan": "outside its bounds `in 0.."},
    ),
    "float of a percentage": ("{t:float:.1%=12.5%}", ["3.0%"], {"3%": "not formatted"}),
    "bounds within a format": ("{n:int:3d=  7 in 1..9}", ["  9"], {" 10": "`n` is 10, outside its bounds `in 1..9`"}),
    "a value again, without its padding": (
        "[{n:int:>4=   7}] {n} {n*2} {n:03d}",
        ["[  12] 12 24 012"],
        {"[  12]   12 24 012": "column", "[  12] 13 24 012": "`n` is 12, but 13"},
    ),
    "time": (
        "{t:time=16:35:25} in / {t2:time=16:35:26} out / {t2} done",
        ["23:59:59 in / 00:00:01 out / 00:00:01 done", "00:00:00 in / 00:00:00 out / 00:00:00 done"],
        {
            "16:35:26 in / 16:35:25 out / 16:35:25 done": "`main` already printed a later time",
            "16:60:00 in / 16:35:25 out / 16:35:25 done": "is not formatted like",
            "6:35:00 in / 16:35:25 out / 16:35:25 done": "column 1",
        },
    ),
    "date and time of a log": (
        "a| {t:time=2026-11-25 16:35:25,123} x / b| {u:time=2026-11-25 16:35:25,124} y",
        ["2027-01-01 00:00:00,000 x / 2026-12-31 23:59:59,999 y"],
        {"2027-01-01 00:00:00,00 x / 2026-12-31 23:59:59,999 y": "col", "2027-02-30 00:00:00,000 x": "not formatted"},
    ),
    "times in their zones": (
        "{t:time=2026-11-25T16:35:25+00:00} / {u:time=2026-11-25T16:35:26+00:00}",
        ["2026-11-25T16:35:25+08:00 / 2026-11-25T08:35:25-00:15"],
        {
            "2026-11-25T16:35:25-08:00 / 2026-11-25T16:35:26+08:00": "`main` already printed a later time",
            "2026-11-25T16:35:25+0800": "line 2",
        },
    ),
    "a day without a year": ("{t:time:%d.%m=28.02}", ["29.02"], {"30.02": "not formatted", "29.2": "instead of"}),
    "time as ctime writes it": ("{t:time=Wed Nov 25 16:35:25 2026}", ["Sun Nov  1 00:00:00 2026"], {"Sun": "column"}),
    "time in a format": ("{t:time:%d.%m.%y=25.11.26}", ["01.02.03"], {"32.01.01": "not formatted"}),
    "times told more and less exactly": (
        "{t:time=2026-11-25 16:35:25,123} {u:time=2026-11-25} {v:time=2026-11-25 16:35:25} {w:time=16:35}",
        ["2027-01-01 00:01:01,123 2027-01-01 2027-01-01 00:01:01 00:01"],
        {"2027-01-01 00:01:01,123 2027-01-01 2027-01-01 00:01:01 00:61": "not formatted"},
    ),
    "times of lines with the same words": (
        "a times 1..2| {t:time=10:00:01} x / a| {u:time=10:00:02} y / b times 1..2| {v:time=10:00:03} x",
        ["10:00:03 x / 10:00:01 x / 10:00:02 y", "10:00:01 x / 10:00:03 x / 10:00:02 y"],
        {"10:00:03 x / 10:00:03 x / 10:00:02 y": "`a` already printed a later time"},
    ),
    "identity of objects": (
        "{a:id=0x7f00} {b:id=0x7f40} {a}",
        ["0x5 0xa1 0x5"],
        {"0x5 0x5 0x5": "`b` is 0x5, which is already `a`", "0x5 0xa1 0xa1": "`a` is 0x5", "5 7 5": "column 1"},
    ),
    "identity in capitals": (
        "{a:id=0X1234} {b:id:X=99}",
        ["0X7F 7F"],
        {"0x7f 7F": "instead of", "0X7F 7f": "unexpected"},
    ),
    "a UUID": (
        "{a:id=3f2b8c1e-9d4a-4c6b-8e2f-0a1b2c3d4e5f} {b:id:x=8f3c9a1b}",
        ["00000000-9d4a-4c6b-8e2f-0a1b2c3d4e5f 0badcafe"],
        {"3f2b8c1e-9d4a-4c6b-8e2f-0a1b2c3d4e 8f3c9a1b": "column 1", "3f2b8c1e9d4a4c6b8e2f0a1b2c3d4e5f 8": "column 1"},
    ),
    "one of some texts": (
        "{a:text=ok in ok | not yet}: {a}",
        ["not yet: not yet"],
        {"ok: not yet": "is", "yes: yes": "c"},
    ),
    "each of some texts": (
        "{a:text=Ada each Ada | Bob} first / {b:text=Bob each Ada | Bob} second",
        ["Bob first / Ada second"],
        {"Bob first / Bob second": "`b` is Bob, which is already `a`"},
    ),
    "each of some numbers": (
        "a| Kim {m:int=1 each 1..2} / b| Lee {n:int=2 each 1..2} / free {x:int=1}",
        ["Lee 1 / Kim 2 / free 2"],
        {"Lee 1 / Kim 1 / free 1": "`m` is 1, which is already `n`", "Lee 3": "outside its bounds `each 1..2"},
    ),
    "one of some numbers": (
        "{n:int=2 in 2 | 4} [{m:int:>3=  2 in 2 | 10}] {m}",
        ["4 [ 10] 10"],
        {"3 [  2] 2": "outside its bounds `in 2 | 4`", "2 [  4] 4": "outside its bounds `in 2 | 10`"},
    ),
    "in any order within a line": (
        "[{20, 10, 30}]",
        ["[10, 20, 30]", "[30, 10, 20]"],
        {
            "[10, 10, 30]": "doesn't have each text of",
            "[10, 20]": "col",
            "[10, 20, 30, 10]": "col",
            "[10,20,30]": "column",
        },
    ),
    "in any order, with brackets": (
        "{{{'a': (1, 2), 'b': (3, 4)}}}",
        ["{'b': (3, 4), 'a': (1, 2)}"],
        {"{'b': (1, 2), 'a': (3, 4)}": "column"},
    ),
    "a free line of one and of another printer": (
        "p/| x / p| P / q/| x / q| Q",
        ["5> x / 6> x / 6> P / 5> Q", "5> x / 6> x / 5> P / 6> Q"],
        {"5> x / 6> x / 5> P / 7> Q": "but `q` is 6"},
    ),
    "a free line of the main process beside the same of another": (
        "main/| x / q/| x / q| y / main| z",
        ["1> x / 6> x / 6> y / 1> z", "6> x / 1> x / 6> y / 1> z"],
        {"6> x / 7> x / 6> y / 1> z": "but `main` is 1"},
    ),
    "a strand of the main process beside another with the same words": (
        "main/s| x / c| x",
        ["1> x / 5> x", "5> x / 1> x"],
        {"5> x / 6> x": "but `main` is 1"},
    ),
    "a strand of a process that is told later": (
        "c/s| x / d/s| x / {c:pid=5} ends",
        ["5> x / 6> x / 1> 5 ends", "5> x / 6> x / 1> 6 ends"],
        {"5> x / 6> x / 1> 7 ends": "but 7 was printed here"},
    ),
    "the process of a line that may not come": (
        "c times 0..1| I am {c:pid=5} / d| x",
        ["5> I am 5 / 6> x", "6> x"],
        {"5> I am 6 / 6> x": "`c` is 5, but 6 was printed here"},
    ),
    "free lines of one printer": (
        "main/| 30 kg / main/| 10 kg / main/| 10 kg / main is done",
        ["1> 10 kg / 1> 30 kg / 1> 10 kg / 1> main is done"],
        {
            "1> 10 kg / 2> 30 kg / 1> 10 kg / 1> main is done": "process 2 printed it, but `main` is 1",
            "1> 10 kg / 1> 30 kg / 1> main is done": "instead of",
        },
    ),
    "strands of one printer": (
        "w/a| a begins / w/b| b begins / w/a| a ends / w/b| b ends",
        ["2> b begins / 2> b ends / 2> a begins / 2> a ends"],
        {"2> a ends": "instead of", "2> a begins / 3> a ends / 3> b begins / 3> b ends": "but `w` is 2"},
    ),
    "a line that comes often, or not": (
        "times 0..2| still washing / times 0..2| still washing / clean",
        ["clean", "still washing / clean", "still washing / still washing / clean"],
        {"still washing / still washing / still washing / clean": "it matches line 2, which was already printed"},
    ),
    "a line that comes at least once": (
        "a times 1..| tick {n:int=3} / b| x / end",
        [
            "tick 1 / x / end",
            "x / tick 1 / tick 2 / tick 1 / end",
            " / ".join(["tick 7"] * 50 + ["x", "tick 3", "end"]),
        ],
        {"x / end": "instead of", "tick 1 / end": "instead of"},
    ),
    "a line of whichever process": (
        "pool/ times 1..| start {n:int=1} / pool/ times 1..| start {n2:int=2} / end",
        ["2> start 1 / 3> start 2 / 1> end", "4> start 7 / 1> end"],
        {"1> start 1 / 1> end": "the main process, 1, printed it, but `pool` are others", "1> end": "instead of"},
    ),
    "a line of whichever process that another one waits for": (
        "pool/ as a times 1..| start {n:int=1} / pool/ times 1..| start {n2:int=2} / main after a| go / end",
        ["2> start 1 / 3> start 2 / 1> go / 1> end", "4> start 7 / 1> go / 1> end"],
        {"1> go / 2> start 1 / 1> end": "it must wait for line 2"},
    ),
    "lines that may come, one after the other": (
        "times 0..1| a / times 0..2| b / c",
        ["c", "a / c", "b / b / c", "a / b / c"],
        {"b / a / c": "instead of", "a / a / c": "it matches line 2"},
    ),
    "a lane of lines that may come": (
        "a times 0..1| late / a| done / b times 0..1| late / b| over",
        ["done / over", "late / over / done", "late / late / over / done"],
        {"late / late / late / over / done": "it matches", "done / late / late / over": "it matches"},
    ),
    "a worker by a number": (
        "x| cook {x:worker=1 in 1..2} x / x| end x / y| cook {y:worker=2 in 1..2} y / y| end y",
        ["cook 2 x / end x / cook 2 y / end y", "cook 2 x / cook 1 y / end x / end y"],
        {
            "cook 2 x / cook 2 y / end x / end y": "worker 2 is not done with `x`",
            "cook 3 x": "outside its bounds `in 1..2",
        },
    ),
    "a worker that may print one more line does so before it goes on": (
        "x| x {x:worker=1 in 1..2} / x times 0..1| bye / y| y {y:worker=2 in 1..2} / y times 0..1| end",
        ["x 1 / bye / y 1 / end", "x 1 / y 1 / end", "y 1 / x 1 / bye", "x 1 / y 2 / end / bye"],
        {
            "x 1 / y 1 / bye": "worker 1 is not done with `x`, but went on to `y`",
            "x 1 / y 1 / end / bye": "worker 1 is not done with `x`, but went on to `y`",
        },
    ),
    "workers with the same words that may print one more line": (
        "x| run {x:worker=1 in 1..2} / x times 0..1| bye / y| run {y:worker=2 in 1..2} / y times 0..1| end",
        ["run 1 / run 1 / bye", "run 1 / run 1 / end"],
        {"run 1 / run 1 / end / bye": "worker 1 is not done with"},
    ),
    "a worker each": (
        "x| {x:worker=1 each 1..2} / y| {y:worker=2 each 1..2}",
        ["1 / 2", "2 / 1"],
        {"1 / 1": "`y` is 1, which is already `x`"},
    ),
    "a worker by a name": (
        "x| {x:worker=T-0_0 in T-0_0 | T-0_1} x / x| end x / y| {y:worker=T-0_1 in T-0_0 | T-0_1} y / y| end y",
        ["T-0_1 y / T-0_0 x / end x / end y"],
        {"T-0_1 y / T-0_1 x / end x / end y": "worker T-0_1 is not done with `y`"},
    ),
    "so many workers and no more": (
        "s| {s:worker=5 of 2} / t| {t:worker=6 of 2} / u| {u:worker=5 of 2}",
        ["7 / 8 / 7", "7 / 7 / 7"],
        {"7 / 8 / 9": "the pool already has its 2 workers"},
    ),
    "pools, of which none has a worker of another": (
        "did {a:worker=7 of 2} / did {b:worker=8 of 3}",
        ["1> did 7 / 1> did 8"],
        {"1> did 7 / 1> did 7": "`b` is 7, which is already another process: a worker of 2 that prints nothing"},
    ),
    "pools of as many workers, by their numbers": (
        "a| {a:worker=1 in 1..3 of 2} / b| {b:worker=2 in 1..3 of 2} / c| {c:worker=1 in 1..3 of 2} / "
        "d| {d:worker=7 in 7..9 of 2} / e| by {e:worker=5 of 2}",
        ["1 / 2 / 2 / 7 / by 5", "8 / 3 / 3 / 1 / by 6"],
        {"1 / 2 / 3": "`c` is 3, but the pool already has its 2 workers"},
    ),
    "workers of two pools with the same number": (
        "x| do {x:worker=1 in 1..2} / x| end x / y| make {y:worker=1 in 1..3} / y| end y",
        ["do 1 / make 1 / end x / end y", "make 2 / do 2 / end x / end y"],
        {"do 1 / make 4": "outside its bounds `in 1..3"},
    ),
    "workers that print nothing": (
        "did {a:worker=7 of 2} / did {b:worker=8 of 2} / did {c:worker=7 of 2}",
        ["1> did 7 / 1> did 7 / 1> did 9"],
        {"1> did 7 / 1> did 8 / 1> did 9": "the pool already has its 2 workers", "1> did 1": "but it printed a line"},
    ),
    "a process that prints nothing": (
        "{main:pid=3} {p:silent=4} {q:silent=5}",
        ["1> 1 4 7"],
        {"1> 1 4 4": "`q` is 4, which is already another process: `p`", "1> 1 1 4": "is 1"},
    ),
    "a process number in a format": (
        "a| {a:pid:05d=00003} {a} / b| {b:pid:x=1f} / {c:silent:,=1,234}",
        ["7> 00007 00007 / 255> ff / 1> 2,345"],
        {
            "7> 00007 00007 / 255> fe": "`b` is ff",
            "7> 00008 00008": "`a` is 00007, but 00008",
            "7> 7 00007": "not formatted",
            "7> 00007 00007 / 1234> 4d2 / 1> 1,234": "but it printed a line",
        },
    ),
    "what is typed": (
        "Name? {n:input=Ada} / Hello, {n}.",
        ["Name? Ada / Hello, Ada."],
        {"Name? Bob / Hello, Bob.": "col"},
    ),
    "what is typed, in words of annotations": (
        "Where? {n:input=a house in Rome | 3 of 4} / {n}",
        ["Where? a house in Rome | 3 of 4 / a house in Rome | 3 of 4"],
        {"Where? a house / a house": "column"},
    ),
    "one of some texts, in words of annotations": (
        "did {a:text=1 of 2 in 1 of 2 | 2 of 2}",
        ["did 2 of 2"],
        {"did 1": "column"},
    ),
    "a key": (
        "a as l| x / b| y / ^C  # after l / end",
        ["x / y / ^C / end", "y / x / ^C / end"],
        {"x / ^C / y / end": "inst"},
    ),
    "who drew which is said later": (
        " / ".join([f"t{n}| drew {{n{n}:int={n}}}" for n in range(14)] + [f"{n} drew {{n{n}}}" for n in range(14)]),
        [" / ".join([f"{n + 50}> drew {n}" for n in range(14)] + [f"1> {n} drew {13 - n}" for n in range(14)])],
        {
            " / ".join(
                [f"{n + 50}> drew {n}" for n in range(14)] + [f"1> {n} drew {n + n // 13}" for n in range(14)]
            ): ("printed: `13 drew 14`")
        },
    ),
    "text": (
        "done: yes",
        ["done: yes"],
        {
            "done: no": "column 7: `no` instead of `yes`",
            "done: yes!": "column 10: unexpected `!`",
            "done:": "column 6: the line ended instead of ` yes`",
            "": "the output ended",
        },
    ),
    "identity": ("a {n:int=3} / b {n}", ["a 4 / b 4"], {"a 4 / b 5": "`n` is 4, but 5 was printed here"}),
    "distinctness": ("{p:pid=3} {q:pid=4}", ["7 8"], {"7 7": "`q` is 7, which is already another process: `p`"}),
    "integers may be equal": ("{m:int=3} {n:int=4}", ["7 7"], {}),
    "int": (
        "n={n:int=3}",
        ["n=0", "n=-12", "n=" + "9" * 4000],
        dict.fromkeys(
            ["n=", "n=-0", "n=007", "n=3.0", "n=1_0", "n=٣", "n=+3", "n= 3", "n=" + "9" * 5000], "  line 2: n={n:int=3}"
        ),
    ),
    "pid": ("{p:pid=3}", ["7"], dict.fromkeys(["0", "-7", "07", "12345678901"], "  line 2: {p:pid=3}")),
    "float": (
        "t={t:float=0.37}",
        ["t=12.00", "t=-0.50"],
        dict.fromkeys(["t=0.3", "t=.37", "t=0.371", "t=1e-05", "t=nan", "t=1"], "  line 2: t={t:float=0.37}"),
    ),
    "bounds": (
        "{t:float=0.50 in 0.1..3}",
        ["0.10", "3.00"],
        {"0.09": "`t` is 0.09, outside its bounds `in 0.1..3`", "3.01": "outside its bounds `in 0.1..3`"},
    ),
    "bounds beyond what a float can tell apart": (
        "{n:int=9007199254740993 in ..9007199254740993}",
        ["9007199254740993"],
        {"9007199254740994": "outside its bounds `in .."},
    ),
    "half-open bounds": (
        "{m:int=4 in 1..} {n:int=4 in ..9}",
        ["1 -5", "99 9"],
        {"0 9": "outside its bounds `in 1..`", "1 10": "outside its bounds `in ..9`"},
    ),
    "computed": (
        "{n:int=6} * {n} = {n*n}, {n//4} {n%4} {n/4} {-n+(n-1)**2}",
        ["7 * 7 = 49, 1 3 1.75 29"],
        {"7 * 7 = 48, 1 3 1.75 29": "`{n*n}` is 49, given n = 7, but 48 was printed here"},
    ),
    "computed, and for some values not real": ("{n:int=9} {n**0.5//1}", ["16 4.0"], {"-9 3.0": "is not a real number"}),
    "computed to decimals": ("{t:float=0.5} {t*2:.2f}", ["0.3 0.60"], {"0.3 0.6": "`{t*2:.2f}` is 0.60"}),
    "computed, and small": ("{n:int=4} {n/1000000}", ["3 3e-06"], {"3 3e-6": "`{n/1000000}` is 3e-06"}),
    "computed of nothing": ("{n:int=1} {6//n}", ["2 3"], {"0 6": "by zero"}),
    "computed before its value": (
        "a| {n:int=6} / b| {n*2}",
        ["7 / 14", "14 / 7"],
        {"14 / 8": "`{n*2}` is", "7 / 15": "`{n*2}` is 14, given n = 7"},
    ),
    "computed after a choice": (
        "a| {n:int=1} / a| A {n*m} / b| {k:int=1} / b| B {k*m} / c| z / d| z / d| w / {m:int=3}",
        ["5 / 2 / A 10 / B 25 / z / z / w / 5", "2 / 5 / A 10 / B 25 / z / z / w / 5"],
        {"5 / 2 / A 10 / B 26 / z / z / w / 5": "but 10 was printed here"},
    ),
    "lanes": (
        "a| 1 / a| 2 / b| x",
        ["1 / 2 / x", "1 / x / 2", "x / 1 / 2"],
        {
            "2 / 1 / x": "column 1: `2` instead of `1`",
            "1 / 2": "the output ended",
            "1 / 1 / x": "it matches line 2, which was already printed",
        },
    ),
    "barrier": (
        "a| 1 / b| 2 / end / a| 3",
        ["1 / 2 / end / 3", "2 / 1 / end / 3"],
        {"1 / end / 2 / 3": "it matches line 4, which comes later", "3 / 1 / 2 / end": "line 5, which comes later"},
    ),
    "lines that a lock keeps together": (
        "x with k| a / x still with k| b / y with k| c / y still with k| d / z| e / x| f",
        ["c / d / a / b / e / f", "c / e / d / a / b / f", "a / e / b / f / c / d"],
        {
            "a / c / b / d": "no line `with k` may come between it and the one above it of its name, but line 4",
            "c / a / e / d / b": "but line 2, `a`, did",
            "c / a / b / d": "but line 3, `b`, did",
        },
    ),
    "lines that all others keep out of": (
        "x| a / x still| b / z times 0..| e / y| c / y still| d",
        ["a / b / c / d", "c / d / e / a / b"],
        {
            "a / c / b / d": "no line may come between it and the one above it of its name, but line 5, `c`, did",
            "a / e / b / c / d": "but line 4, `e`, did",
        },
    ),
    "a lock that is released in between": (
        "x with k| a / x with k| b / y with k| c / y still with k| d",
        ["a / c / d / b", "c / d / a / b"],
        {"c / a / d / b": "but line 2, `a`, did"},
    ),
    "waiting": ("w as l| put / r after l| get", ["put / get"], {"get / put": "it must wait for line 2, `put`"}),
    "waiting for two": (
        "a as l| 1 / b as m| 2 / c after l, m| 3",
        ["1 / 2 / 3", "2 / 1 / 3"],
        {"1 / 3 / 2": "wait for line 3, `2`", "2 / 3 / 1": "wait for line 2, `1`"},
    ),
    "equal lines": (
        "a| x / a| y / b| x / b| z",
        ["x / z / x / y", "x / x / z / y", "x / x / y / z", "x / y / x / z"],
        {"x / y / z / x": "`z` instead of `x`"},
    ),
    "equal lines with values of their own": (
        "a| {n:int=1} / a| x / a| {n} / b| {m:int=2} / b| x / b| {m}",
        ["2 / 5 / x / 5 / x / 2", "2 / 5 / x / 2 / x / 5", "2 / 5 / x / x / 5 / 2"],
        {"2 / 5 / x / 5 / x / 5": "is 2, but 5 was printed here"},
    ),
    "equal lines of which one is waited for": (
        "b| x / a as l| x / c after l| y",
        ["x / y / x", "x / x / y"],
        {"y / x / x": "it must wait"},
    ),
    "equal lines of which one waits": (
        "s as l| go / a after l| x / b| x",
        ["x / go / x", "go / x / x"],
        {"x / x / go": "it must wait"},
    ),
    "equal lines of processes with a number": (
        "start {x:pid=3} {y:pid=4} / x| hi / y| hi",
        ["1> start 5 6 / 6> hi / 5> hi", "1> start 5 6 / 5> hi / 6> hi"],
        {"1> start 5 6 / 5> hi / 7> hi": "no process with this ID"},
    ),
    "computed of values that come after a choice": (
        "a| {n*2} x / b| {m*2} x / {n:int=6} {m:int=7}",
        ["14 x / 20 x / 10 7", "14 x / 20 x / 7 10"],
        {"14 x / 20 x / 7 11": "but 20 was printed here"},
    ),
    "computed of values that come later in the lane": (
        "a| {n*2} x / a| {n:int=6} / b| {m*2} x / b| {m:int=7}",
        ["14 x / 20 x / 7 / 10", "14 x / 20 x / 10 / 7"],
        {"14 x / 20 x / 7 / 11": "but 20 was printed here"},
    ),
    "workers that print the same": (
        " / ".join(f"{s}| run {{{s}:worker={number}}} / {s}| mid / {s}| end" for number, s in enumerate("stu", 5)),
        ["run 1 / run 2 / mid / mid / end / run 2 / mid / end / end"],
        {"run 1 / run 2 / mid / mid / run 2 / end / mid / end / end": "worker 2 is not done with `t`"},
    ),
    "a worker does one thing at a time": (
        "s| run {s:worker=5} / s| end s / t| run {t:worker=6} / t| end t",
        ["run 5 / run 6 / end t / end s", "run 5 / end s / run 5 / end t"],
        {"run 5 / run 5 / end s / end t": "worker 5 is not done with `s`"},
    ),
    "a worker is no other process": (
        "{p:pid=3} / s| {s:worker=4}",
        ["7 / 8"],
        {"7 / 7": "`s` is 7, which is already another process: `p`"},
    ),
    "who wrote it": (
        "I am {main:pid=3} / child| I am {child:pid=4} / child| bye",
        ["1> I am 1 / 5> I am 5 / 5> bye"],
        {
            "1> I am 5 / 5> I am 1 / 5> bye": "`main` is 1, but 5 was printed here",
            "5> I am 5 / 1> I am 1 / 1> bye": "are the main process's, 1: begin it",
            "1> I am 1 / 5> I am 6 / 5> bye": "`child` is 5, but 6 was printed here",
            "1> I am 1 / 1> I am 1 / 1> bye": "`child` is 1, which is already another process: `main`",
            "1> I am 1 / 5> I am 5 / 6> bye": "process 6 printed it, but `child` is 5",
            "1> I am 1 / 5> I am 5 / 1> bye": "process 1 printed it, but `child` is 5",
        },
    ),
    "no such process": (
        "started {c:pid=3} / c| hello",
        ["1> started 5 / 5> hello"],
        {"1> started 6 / 5> hello": "no process with this ID printed anything in this run"},
    ),
    "a main process that prints nothing": (
        "a| my parent is {main:pid=3}",
        ["5> my parent is 1"],
        {"5> my parent is 6": "no process with this ID printed anything in this run"},
    ),
    "threads share a process": ("a| x / b| y", ["1> x / 1> y", "5> y / 6> x"], {}),
    "the main process beside another one with the same words": (
        "main| x / a| x",
        ["1> x / 5> x", "5> x / 1> x", "1> x / 1> x"],
        {"5> x / 6> x": "but `main` is 1"},
    ),
    "lanes that differ by the process that they name": (
        "a| new {x:pid=3} / b| new {y:pid=4} / x| one / y| two",
        ["1> new 5 / 1> new 6 / 5> one / 6> two", "1> new 6 / 1> new 5 / 5> one / 6> two"],
        {"1> new 5 / 1> new 5 / 5> one / 6> two": "`y` is 5, which is already another process: `x`"},
    ),
    "actors that come back": (
        "a| s / b| s / c| t / d| t / d| v / join / a| x / b| y",
        [
            "5> s / 6> s / 7> t / 8> t / 8> v / 1> join / 5> x / 6> y",
            "5> s / 6> s / 7> t / 8> t / 8> v / 1> join / 6> x / 5> y",
        ],
        {"5> s / 6> s / 7> t / 8> t / 8> v / 1> join / 5> x / 5> y": "process 5 printed it, but `b` is 6"},
    ),
    "a traceback": (
        "Traceback (most recent call last): /   ... / ValueError: no",
        ["Traceback (most recent call last): /   ... / ValueError: no"],
        {"Traceback (most recent call last): /   ... / ValueError: yes": "`yes` instead of `no`"},
    ),
    "a traceback instead of a line": (
        "a / b",
        ["a / b"],
        {"1> a / 1> in T: / 2> c / 1> Traceback (most recent call last): / 1>   ... / 1> E: d": "process 1)\n  E: d\n"},
    ),
    "the end": (
        "a / b| c",
        ["a / c"],
        {"a / c / d": "nothing more, the output should have ended", "a": "the output ended", "": "the output ended"},
    ),
}


@pytest.mark.parametrize("power", POWERS)
def test_power(power: str) -> None:
    text, legal, illegal = POWERS[power]
    for printed in legal:
        verdict = decide(result(text), Run((output(printed),)))
        assert verdict.legal, f"{printed}\n{verdict.reason}"
    for printed, reason in illegal.items():
        verdict = decide(result(text), Run((output(printed),)))
        assert not verdict.legal, printed
        assert reason in verdict.reason, printed


@pytest.mark.parametrize(("page", "status"), [("a", 0), ("a / [exit 3]", 3), ("a / [signal 9]", -9)])
def test_the_status_is_that_of_the_page(page: str, status: int) -> None:
    for exit in (0, 1, 3, -3, -9):
        verdict = decide(result(page), Run((output("a", exit),)))
        assert verdict.legal == (exit == status)
        assert verdict.legal or "; expected " in verdict.reason


def test_the_last_newline_is_that_of_the_page() -> None:
    for wanted, newline in (result("a"), True), (result("a / [no newline]"), False):
        assert decide(wanted, Run((Output((("a", None),), newline=newline),))).legal
        refused = decide(wanted, Run((Output((("a", None),), newline=not newline),))).reason
        how = ("without", "with") if newline else ("with", "without")
        assert refused == "the output ended {} a newline; expected {} a newline".format(*how)


def test_a_run_in_trouble_is_refused() -> None:
    verdict = decide(result("a"), Run((output("a"),), "it did not end"))
    assert (verdict.legal, verdict.line, verdict.reason) == (False, 1, "it did not end")


def test_a_second_terminal_has_a_main_process_of_its_own() -> None:
    page = result("as up| I am {main:pid=3} / $ python b.py  # after up / hi")
    first = output("1> I am 1")
    assert decide(page, Run((first, Output((("hi", 2),), main=2)))).legal
    assert not decide(page, Run((first, Output((("hi", 1),), main=2)))).legal


def test_a_run_that_opened_too_few_terminals_is_refused() -> None:
    page = result("as up| ready / $ python b.py  # after up / done")
    for outputs, line in ((), 1), ((output("ready"),), 3), ((output("ready"),) * 3, 3):
        verdict = decide(page, Run(outputs))
        assert (verdict.legal, verdict.line) == (False, line)
        assert verdict.reason.startswith(f"it opened {len(outputs)} of 2 terminals")


def test_terminals_share_values_but_not_lines() -> None:
    page = result("as up| n {n:int=3} / $ python b.py  # after up / {n*n} / [exit 2]")
    assert decide(page, Run((output("n 5"), output("25", 2)))).legal
    for outputs in [
        (output("n 5"), output("24", 2)),
        (output("n 5"), output("25")),
        (output("n 5 / 25"), output("", 2)),
        (output("25"), output("n 5", 2)),
        (output("n 5", 2), output("25", 2)),
    ]:
        assert not decide(page, Run(outputs)).legal


HEADER = "Traceback (most recent call last):"


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ([HEADER, '  File "x"', "    f()", "    ^^^", "E: 1", "  text"], [HEADER, "  ...", "E: 1", "  text"]),
        ([HEADER, "  ...", "E: 1"], [HEADER, "  ...", "E: 1"]),
        ([HEADER, '  File "x"', "  [Previous line repeated 9 more times]", "E"], [HEADER, "  ...", "E"]),
        ([HEADER, '  File "x"', "E: a", "  b"], [HEADER, "  ...", "E: a", "  b"]),
        ([HEADER, '  File "x"', "A", "", "then", "", HEADER, '  File "y"', "B"],
         [HEADER, "  ...", "A", "", "then", "", HEADER, "  ...", "B"]),
        (
            [
                f"  + Exception Group {HEADER}",
                '  |   File "x"',
                "  |     f()",
                "  | ExceptionGroup: two (2 sub-exceptions)",
                "  +-+---------------- 1 ----------------",
                f"    | {HEADER}",
                '    |   File "y"',
                "    | ValueError: 1",
                "    +---------------- 2 ----------------",
                "    | ValueError: 2",
                "    +------------------------------------",
            ],
            [
                f"  + Exception Group {HEADER}",
                "  |   ...",
                "  | ExceptionGroup: two (2 sub-exceptions)",
                "  +-+---------------- 1 ----------------",
                f"    | {HEADER}",
                "    |   ...",
                "    | ValueError: 1",
                "    +---------------- 2 ----------------",
                "    | ValueError: 2",
                "    +------------------------------------",
            ],
        ),
    ],
)  # fmt: skip
def test_frames_are_folded(printed: list[str], folded: list[str]) -> None:
    assert [text for text, _ in fold_tracebacks((line, 7) for line in printed)] == folded
    assert [text for text, _ in fold_tracebacks((line, 7) for line in folded)] == folded


def test_frames_are_folded_for_each_process() -> None:
    traceback = [HEADER, '  File "x"', "    f()", "E"]
    mixed: list[Printed] = [(line, writer) for line in traceback for writer in (7, 8)]
    assert fold_tracebacks(mixed) == [(line, writer) for line in [HEADER, "  ...", "E"] for writer in (7, 8)]


def test_a_refusal_explains_itself() -> None:
    page = result("Start {main:pid=3} / main| Waiting / s| Run task 0 ({s:worker=5}) / s| Task 0 ends / All done")
    verdict = decide(page, Run((output("1> Start 1 / 1> Waiting / 5> Run task 0 (6) / 5> Task 0 ends / 1> All done"),)))
    assert verdict.line == 4
    assert verdict.reason.splitlines() == [
        "printed: `Run task 0 (6)` (line 3 of the output, by process 5)",
        "allowed here:",
        "  line 4: s| Run task 0 ({s:worker=5})",
        "      `s` is 5, but 6 was printed here",
    ]
    verdict = decide(page, Run((output("1> Start 1 / 1> Waiting / 1> All done"),)))
    assert verdict.reason.splitlines()[:2] == [
        "printed: `All done` (line 3 of the output, by process 1)",
        "it matches line 6, which comes later",
    ]


def test_a_refusal_shows_no_control_characters_and_no_endless_lines() -> None:
    reason = decide(result("a"), Run((output("\x1b[31m\udcff" + "x" * 100_000),))).reason
    assert r"`\x1b[31m\udcffxxx" in reason
    assert "100006 characters" in reason
    assert len(reason) < 1000


@pytest.mark.parametrize(
    ("server", "client", "reason"),
    [
        ((0, 2, 4), (1, 3), ""),
        ((0, 2, 2), (2, 2), ""),  # lines seen in the same round have no order
        ((0, 1, 2), (2, 3), ""),  # nor have lines of neighbouring rounds, as terminals are read in turn
        ((0, 1, 5), (3, 4), "line 6, `asks`, which came after it"),
        ((0, 2, 3), (1, 5), "line 7, `answered`, which came after it"),
        ((0, 4, 6), (1, 2), "line 3, `asked`, which came after it"),
    ],
)
def test_lines_wait_for_those_of_another_terminal(
    server: tuple[int, ...], client: tuple[int, ...], reason: str
) -> None:
    page = result(
        "as ready| ready / s as asked after asks| asked / m after answered| bye / "
        "$ python b.py  # after ready / c as asks| asks / c as answered after asked| answered"
    )
    one, other = ([(page.text(line), None) for line in terminal.lines] for terminal in page.terminals)
    verdict = decide(page, Run((Output(tuple(one), ticks=server), Output(tuple(other), ticks=client))))
    assert verdict.legal == (not reason)
    assert reason in verdict.reason


def test_a_line_that_comes_often_is_waited_for_once() -> None:
    page = result("as up times 1..| tick / $ python b.py  # after up / as b after up| on")
    ticks = Output((("tick", None),) * 3, ticks=(0, 4, 8))
    assert decide(page, Run((ticks, Output((("on", None),), ticks=(2,))))).legal
    page = result("as up| up / x after on| x / $ python b.py  # after up / as on times 1..| on")
    server = Output((("up", None), ("x", None)), ticks=(0, 2))
    for first, legal in (2, True), (7, False):
        client = Output((("on", None),) * 2, ticks=(first, 9))
        assert decide(page, Run((server, client))).legal == legal


def test_a_line_that_is_tried_in_vain_waits_for_nothing() -> None:
    page = result(
        "as up| up / p after on| same / p| tail {a:int=1 in ..1} / q| same / q| tail {b:int=5 in 5..} / "
        "$ python b.py  # after up / as on| on"
    )
    lines = Output(tuple((text, None) for text in ["up", "same", "tail 5", "same", "tail 1"]), ticks=(0, 1, 1, 9, 9))
    assert decide(page, Run((lines, Output((("on", None),), ticks=(8,))))).legal


# --- The limits of a decision ----------------------------------------------------------------------------------------

CROWDS = {
    "equal lines, then another": [["tick"] * 9 + ["done"] for _ in range(20)],
    "equal lanes": [[f"step {step}" for step in range(10)] for _ in range(20)],
    "equal at both ends": [["start", *[f"work of {lane}"] * 8, "end"] for lane in range(20)],
    "two long lanes": [[f"line {line % 7}" for line in range(100)] for _ in range(2)],
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_two_hundred_lines_are_decided(crowd: str) -> None:
    lanes = CROWDS[crowd]
    page = result(" / ".join(f"a{lane}| {line}" for lane, lines in enumerate(lanes) for line in lines))
    order = [lane for lane, lines in enumerate(lanes) for _ in lines]
    random.Random(0).shuffle(order)
    rest = [iter(lines) for lines in lanes]
    texts = [next(rest[lane]) for lane in order]
    assert decide(page, Run((Output(tuple((text, None) for text in texts)),))).legal
    for lines in ([*texts[:-1], "wrong"], [*texts, "wrong"], texts[:-1]):
        verdict = decide(page, Run((Output(tuple((text, None) for text in lines)),)))
        assert not verdict.legal
        assert "gave up" not in verdict.reason


def test_a_line_that_no_lane_has_next_is_no_try() -> None:
    texts = [f"line {lane}" for lane in range(200)]
    page = result(" / ".join(f"a{lane}| {text}" for lane, text in enumerate(texts)))
    reason = decide(page, Run((output(" / ".join([*texts[:-1], texts[0]])),))).reason
    assert "it matches line 2, which was already printed" in reason
    assert "gave up" not in reason


def test_what_is_too_hard_to_decide_is_refused_and_said() -> None:
    page = result(" / ".join(f"a{lane}| {line}" for lane in range(100) for line in ["tick"] * 9 + ["done", "end"]))
    texts = [*["tick"] * 900, *["done"] * 99, *["end"] * 100]
    verdict = decide(page, Run((output(" / ".join([*texts, "done"])),)))
    assert not verdict.legal
    assert "gave up after 4001 tries" in verdict.reason
