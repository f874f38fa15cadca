"""Every example: a fresh run of its program is legal, and so is the recorded run that its page prints."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from witness import record
from witness.examples import Example, ExampleError, check, find
from witness.language import Output, ResultError, Run, decide, read, recorded
from witness.ledger import Ledger
from witness.running import Attempt, Runner, run
from witness.running.interpreters import Interpreter, InterpreterError, at, lacking, own, unfit

EXAMPLES = Path("examples")

Attempts = dict[tuple[Example, Interpreter], Callable[[], Attempt]]
Report = Callable[[str], None]
BARE = """
import os
import multiprocessing.context as context

del os.fork, os.forkpty
context._concrete_contexts = {"spawn": context._concrete_contexts["spawn"]}
os.environ["PATH"] = "/nowhere"
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames and "bare" not in metafunc.fixturenames:
        examples = find(EXAMPLES)
        metafunc.parametrize("example", examples, ids=[example.name for example in examples])
    if "interpreter" in metafunc.fixturenames:
        try:
            interpreters = [at(path) for path in metafunc.config.getoption("interpreter") or []] or [own()]
        except InterpreterError as error:
            raise pytest.UsageError(f"--interpreter {error}") from None
        metafunc.parametrize("interpreter", interpreters, ids=[python.version for python in interpreters])


def settings(example: Example) -> dict[str, Any]:
    try:
        return example.settings
    except ExampleError:
        return {}


NEEDY = [
    example
    for example in find(EXAMPLES)
    if not example.variant and {"fork", "nslookup"} & set(settings(example).get("needs", ()))
]


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
                        attempts[example, interpreter] = runner.submit(example, None, interpreter.path)
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


def same_program_fits(example: Example, interpreter: Interpreter) -> bool:
    others = [other for other in find(EXAMPLES) if other.programs == example.programs]
    return any(not unfit(other, interpreter) and not lacking(other) for other in others)


def says_so(example: Example, run: Run, reason: str) -> None:
    """Fail unless the program said in one line that it can't run, and ended with status 1."""
    wrong = run.trouble
    for output in run.outputs:
        if output.exit != 1 or len(output.lines) != 1 or not output.lines[0][0].strip():
            wrong = wrong or f"it ended with status {output.exit}, and printed {len(output.lines)} lines:"
            wrong += "".join(f"\n{text}" for text, _ in output.lines)
    if wrong:
        pytest.fail(
            f"{example.programs[0]}:1: it can't run here ({reason.partition(';')[0]}); let it say so in one line, "
            f"and end with status 1: `sys.exit('...')` does both\n{wrong}",
            pytrace=False,
        )


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
        if reason := unfit(example, interpreter) or lacking(example):
            if same_program_fits(example, interpreter):
                pytest.skip(f"{reason}; another result of its program is for this one")
            says_so(example, attempts[example, interpreter]().run, reason)
            if lacking(example):
                missing(reason)
            return
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


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Example, Interpreter], Run]:
    """Runs a program where there is neither `os.fork` nor any command, as well as that can be had on Linux."""
    site = tmp_path_factory.mktemp("bare")
    (site / "sitecustomize.py").write_text(BARE)
    return lambda example, interpreter: run(example, None, interpreter.path, site)


@pytest.mark.skipif(sys.platform != "linux", reason="a system without them is imitated on Linux")
@pytest.mark.parametrize("example", NEEDY, ids=lambda example: example.name)
def test_a_program_says_what_the_system_lacks(
    example: Example, interpreter: Interpreter, bare: Callable[[Example, Interpreter], Run]
) -> None:
    says_so(example, bare(example, interpreter), f"needs {' and '.join(example.settings['needs'])}")


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
