"""Every example: a fresh run of its program is legal, and so is the recorded run that its page prints."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from witness import record
from witness.decide import Output, Run, decide, recorded
from witness.examples import Example, ExampleError, check, find
from witness.interpreters import Interpreter, lacking, unfit
from witness.ledger import Ledger
from witness.result import ResultError, read
from witness.run import Attempt, Runner

EXAMPLES = Path("examples")

Attempts = dict[tuple[Example, Interpreter], Callable[[], Attempt]]
Report = Callable[[str], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames:
        # Those that run alone come last: they wait for the others.
        examples = sorted(find(EXAMPLES), key=lambda example: bool(settings(example).get("alone")))
        metafunc.parametrize("example", examples, ids=[example.name for example in examples])


def settings(example: Example) -> dict[str, object]:
    try:
        return example.settings
    except ExampleError:
        return {}


@pytest.fixture(scope="session")
def attempts(request: pytest.FixtureRequest) -> Iterator[Attempts]:
    """The runs of all the selected examples, under way at once."""
    attempts: Attempts = {}
    with Runner() as runner:
        for item in request.session.items:
            if item.originalname == "test_a_fresh_run_is_legal":  # type: ignore[attr-defined]
                example, interpreter = item.callspec.params["example"], item.callspec.params["interpreter"]  # type: ignore[attr-defined]
                try:
                    if unfit(example, interpreter) or lacking(example):
                        continue
                    if example.out.exists() or not request.config.getoption("update_examples"):
                        check(example)
                    result = read(example.out) if example.out.exists() else None
                except (ExampleError, ResultError, pytest.fail.Exception, pytest.skip.Exception):
                    continue  # the test itself says it
                attempts[example, interpreter] = runner.submit(example, result, interpreter.path)
        yield attempts


def missing(reason: str) -> None:
    """Skip what this machine can't do; in CI, on Linux, everything is there, so it fails."""
    if os.environ.get("CI") and sys.platform == "linux":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def test_a_fresh_run_is_legal(
    example: Example,
    interpreter: Interpreter,
    attempts: Attempts,
    ledger: Ledger,
    pytestconfig: pytest.Config,
    report: Report,
    fewer: set[str],
) -> None:
    updating = pytestconfig.getoption("update_examples")
    try:
        if reason := unfit(example, interpreter):
            pytest.skip(reason)
        if reason := lacking(example):
            missing(reason)
        if example.out.exists() or not updating:
            check(example)
        result = read(example.out) if example.out.exists() else None
    except (ExampleError, ResultError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    attempt = attempts[example, interpreter]()
    fewer.update(attempt.missing)
    if "nslookup" in example.settings["needs"] and attempt.missing:
        missing(f"needs a name server of its own: {'; '.join(attempt.missing)}")
    if (
        result
        and (verdict := decide(result, attempt.run)).legal
        and (ledger.holds(example.name, result) or not updating)
    ):
        return
    if not updating or attempt.run.trouble:
        line, reason = (verdict.line, verdict.reason) if result else (1, attempt.run.trouble)
        pytest.fail(
            f"{example.out}:{line}: Python {interpreter.version} printed what this result does not allow\n"
            f"{reason}\n"
            f"If the program is right, record it anew: uv run pytest --update-examples -k {example.name}",
            pytrace=False,
        )
    try:
        if result is None:
            change = record.new(example.out, example.programs[0].name, attempt.run)
        elif verdict.legal:
            change = record.refresh(result, attempt.run)
        else:
            change = record.update(result, attempt.run)
    except ResultError as error:
        raise pytest.fail.Exception(f"what it printed can't be recorded: {error}", pytrace=False) from None
    record.write(example.out, change.text)
    ledger.enter(example.name, read(example.out))
    report(f"{example.out}: {'; '.join(change.notes)}")


def test_the_recorded_run_is_legal(example: Example, ledger: Ledger) -> None:
    try:
        check(example)
        result = read(example.out)
    except (ExampleError, ResultError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    verdict = decide(result, recorded(result))
    if not verdict.legal:
        pytest.fail(
            f"{example.out}:{verdict.line}: the printed run contradicts its annotations\n{verdict.reason}",
            pytrace=False,
        )
    if not ledger.holds(example.name, result):
        pytest.fail(
            f"{example.out}:1: not the run that was recorded: the printed text was edited by hand, or never recorded\n"
            f"Record it: uv run pytest --update-examples -k {example.name}",
            pytrace=False,
        )


def test_the_observed_runs_are_legal(example: Example, ledger: Ledger) -> None:
    if observation := ledger.observation(example):
        result = read(example.out)
        for _, text in observation.common:
            lines = tuple((line, None) for line in text.splitlines())
            verdict = decide(result, Run((Output(lines, result.terminals[0].exit),)))
            assert verdict.legal, f"{ledger.path}: {example.name}: {verdict.reason}"


def test_the_ledger_has_no_other_runs(ledger: Ledger, pytestconfig: pytest.Config) -> None:
    names = {example.name for example in find(EXAMPLES)}
    if pytestconfig.getoption("update_examples"):
        ledger.keep(names)
    assert ledger.notes.keys() == names
