"""Describe what a concurrent program may print, and check that a run printed nothing else.

>>> from pathlib import Path
>>> import witness
>>> witness.verify(Path("fork.py"), witness.read(Path("fork.out"))).legal
True
"""

from pathlib import Path

from witness.language import Output, Result, ResultError, Run, Verdict, decide, parse, read

__all__ = ["Output", "Result", "ResultError", "Run", "Verdict", "decide", "parse", "read", "verify"]


def verify(program: Path, result: Result) -> Verdict:
    """Run `program` with this Python as on a terminal, and decide whether its output is legal by `result`."""
    from witness.examples import Example, ExampleError
    from witness.running import Play, run
    from witness.running.interpreters import own

    example = Example(program.parent, program.stem)
    if example.programs != [program]:
        raise ExampleError(program, 1, "this can't be run: give the path of a program NAME.py, without a dot in NAME")
    return decide(result, run(Play(example, result, own())))
