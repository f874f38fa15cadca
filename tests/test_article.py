"""What the source article prints, someone else's runs on another system, are legal outputs of our programs."""

from pathlib import Path

import pytest

from witness.language import Output, Run, decide, read, recorded

ARTICLE = Path(__file__).parent / "article"
PROGRAMS = {
    "R2": "processes/process",
    "R3": "processes/pool",
    "R6": "processes/queue_end",
    "R7": "threads/named_thread",
    "R11": "threads/threadlocal",
    "R13": "coroutines/interleave",
    "R15": "coroutines/average",
}


def printed(name: str) -> list[str]:
    return (ARTICLE / f"{name}.txt").read_text().splitlines()


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_article_printed_a_legal_output(name: str) -> None:
    result = read(Path("examples", f"{PROGRAMS[name]}.out"))
    verdict = decide(result, Run((Output(tuple((line, None) for line in printed(name))),)))
    assert verdict.legal, verdict.reason


def test_the_article_printed_legal_results_of_the_distributed_squares() -> None:
    """It prints the lines of the master from `Result:` on; those before and those of the worker follow from them."""
    result = read(Path("examples/distributed/square.out"))
    numbers = [line.split()[1] for line in printed("R12")]
    master, worker = recorded(result).outputs
    for place, number in enumerate(result.values.values()):
        master = renumber(master, number, numbers[place])
        worker = renumber(worker, number, numbers[place])
    lines = [line for line in master.lines if not line[0].startswith("Result:")]
    lines[-1:-1] = [(line, None) for line in printed("R12")]
    verdict = decide(result, Run((Output(tuple(lines)), worker)))
    assert verdict.legal, verdict.reason


def renumber(output: Output, old: str, new: str) -> Output:
    words = [[new if word in (old, f"{old}...") else word for word in line.split(" ")] for line, _ in output.lines]
    dots = ["..." if line.endswith("...") else "" for line, _ in output.lines]
    return Output(
        tuple((" ".join(line).removesuffix("...") + end, None) for line, end in zip(words, dots, strict=True))
    )


def test_every_block_of_the_article_is_tried() -> None:
    assert {path.stem for path in ARTICLE.glob("*.txt")} == {*PROGRAMS, "R12"}
