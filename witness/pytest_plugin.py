"""A pytest plugin in which each result file is a test.

``pytest examples/processes/fork.out`` runs the program and checks the example.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from witness.examples import Example, ExampleError, started
from witness.language import Run
from witness.recording.check import by_file, faults, replaced, says_so, unable
from witness.recording.record import RecordError, bare, draft, is_open, record
from witness.recording.repeat import runs
from witness.running import Play, Runner, is_alone, keyboard, platform
from witness.running.interpreters import Interpreter, InterpreterError, PackagesError, asked, equipped, lacking
from witness.tracing.model import TraceError

RUNS = pytest.StashKey["Runs"]()
TIMES = 20
"""The number of runs that a proposal takes on an idle machine, and again on a busy one."""
WRONG = (ExampleError, OSError, RecordError, TraceError)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("witness", "programs and their results")
    group.addoption(
        "--interpreter",
        action="append",
        metavar="PYTHON",
        help="run the examples, and the tests of the collector, on this Python; may be repeated",
    )
    group.addoption(
        "--record",
        choices=["update", "propose"],
        help="write results that are missing or no longer true; new ones exactly as printed, or as a proposal",
    )


def pytest_configure(config: pytest.Config) -> None:
    try:
        platform.prepare()
    except OSError as error:
        raise pytest.UsageError(str(error)) from None
    if config.getoption("record") and (hasattr(config, "workerinput") or config.getoption("numprocesses", None)):
        raise pytest.UsageError("--record writes results one after the other, so it can't be combined with -n")
    if config.getoption("interpreter"):
        interpreters(config)
    config.stash[RUNS] = Runs()
    config.pluginmanager.register(config.stash[RUNS])
    platform.here.prepare()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """With `-n`, send all examples to one worker, which runs them side by side, and each test file to one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0])
            return "examples" if file.parent.parent.name == "examples" else str(file)

    config.option.loadscopereorder = False
    return Scheduler(config, log)


def interpreters(config: pytest.Config) -> list[Interpreter]:
    """Return the Pythons given with `--interpreter`, or the running one."""
    try:
        return asked(config.getoption("interpreter"))
    except InterpreterError as error:
        raise pytest.UsageError(f"--interpreter {error}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect each result file of `examples/`, and each program there without one, unless another imports it."""
    folder = file_path.parent.parent
    lonely = file_path.suffix == ".py" and not file_path.with_suffix(".out").exists()
    if folder.name == "examples" and (
        file_path.suffix == ".out" or (lonely and file_path in started(file_path.parent.glob("*.py")))
    ):
        file: pytest.Collector = ExampleFile.from_parent(parent, path=file_path)
        return file
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the examples that run alone behind the other examples, for which they have to wait."""
    examples = [item for item in items if isinstance(item, ExampleItem)]
    ordered = iter(sorted(examples, key=lambda item: item.alone))
    items[:] = [next(ordered) if isinstance(item, ExampleItem) else item for item in items]


class ExampleFile(pytest.File):
    """A result file, with one test item for each Python."""

    def collect(self) -> Iterator[pytest.Item]:
        root = Path(os.path.relpath(self.path.parent.parent))
        example = Example(root, self.path.relative_to(self.path.parent.parent).with_suffix("").as_posix())
        for interpreter in interpreters(self.config):
            yield ExampleItem.from_parent(self, name=interpreter.version, example=example, interpreter=interpreter)


class ExampleItem(pytest.Item):
    """An example on one Python."""

    def __init__(self, *, example: Example, interpreter: Interpreter, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.example, self.interpreter = example, interpreter
        self.extra_keyword_matches.add(example.name)

    @property
    def alone(self) -> bool:
        try:
            return is_alone(self.example)
        except WRONG:
            return False

    @property
    def away(self) -> str:
        """Why this result is for other machines and its program need not say so here, or ""."""
        reason = unable(self.example, self.interpreter)
        if reason and replaced(self.example, self.interpreter):
            return f"{reason}; this Python has another result file"
        return reason if self.example.dependencies else ""  # its imports fail before it can say anything

    def runtest(self) -> None:
        if reason := self.away:
            pytest.skip(reason)
        if reason := unable(self.example, self.interpreter):
            self._says_so(reason)
            return
        result = draft(self.example)
        try:
            equipped(self.example, self.interpreter)
        except PackagesError as error:
            _missing(str(error))
        if reason := keyboard.lacking(result):
            pytest.skip(reason)
        if keyboard.inspects(result) and (reason := platform.here.guarded):
            _missing(reason)
        run = self._run()
        if "nslookup" in self.example.settings.needs and platform.here.missing:
            _missing(f"it needs its own name server: {platform.here.missing}")
        if how := self.config.getoption("record"):
            many = [run]
            if how == "propose" and is_open(self.example, result):
                many = runs(Play(self.example, result, self.interpreter), TIMES, lambda done, todo: None)
            for said in record(self.example, many, self.interpreter, propose=how == "propose"):
                self.user_properties.append(("recorded", f"{self.example.out}: {said}"))
        elif wrong := faults(self.example, run, self.interpreter, self.config.stash[RUNS].faults):
            raise RecordError("\n".join(wrong))

    def _says_so(self, reason: str) -> None:
        """Check that a program that can't run here says so; skip the test if other machines could run the program."""
        if wrong := says_so(self.example, self._run(), reason):
            raise RecordError(wrong)
        if lacking(self.example):
            _missing(reason)

    def _run(self) -> Run:
        run = self.config.stash[RUNS].run(self)
        if platform.here.missing:
            self.user_properties.append(("fewer", platform.here.missing))
        return run

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None) -> object:  # type: ignore[override]
        return str(excinfo.value) if isinstance(excinfo.value, WRONG) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.example.name} on Python {self.interpreter.version}"


def _missing(reason: str) -> None:
    """Skip the test because this machine lacks something; in CI on Linux, where all should be there, fail it."""
    if os.environ.get("CI") and platform.here.complete:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


class Runs:
    """The runs of the selected examples, all started when the first one is asked for."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._runner: Runner | None = None
        self._turns: dict[pytest.Item, Callable[[], Run]] = {}
        self.faults: dict[Path, list[str]] = {}
        """The faults of each file that can be found without running it."""

    def run(self, item: ExampleItem) -> Run:
        if self._runner is None:
            examples = [other for other in item.session.items if isinstance(other, ExampleItem)]
            self.faults = by_file(other.example for other in examples)
            self._runner = self._open.enter_context(Runner())
            for other in examples:
                with suppress(*WRONG, PackagesError):  # raised again by its own test
                    if not other.away:
                        self._turns[other] = self._submit(self._runner, other)
        return (self._turns.get(item) or self._submit(self._runner, item))()

    def _submit(self, runner: Runner, item: ExampleItem) -> Callable[[], Run]:
        result = bare(item.example) if unable(item.example, item.interpreter) else draft(item.example)
        return runner.submit(Play(item.example, result, item.interpreter))

    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        if not isinstance(nextitem, ExampleItem):
            self.pytest_sessionfinish()

    def pytest_sessionfinish(self) -> None:
        self._open.close()
        self._runner = None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report the results that were written, the reasons for skipped tests, and which checks this machine can't do."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    called = (report for report in reports if getattr(report, "when", "") == "call")
    told = [said for report in called for said in report.user_properties]
    if changes := [change for key, change in told if key == "recorded"]:
        terminalreporter.section("recorded")
        for change in changes:
            terminalreporter.line(change)
    skipped = terminalreporter.getreports("skipped")
    if reasons := Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped):
        terminalreporter.section("skipped")
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count} test{'s' * (count > 1)}: {reason}", yellow=True)
    for reason in sorted({reason for key, reason in told if key == "fewer"}):
        terminalreporter.line(f"Some checks were not possible here: {reason}", yellow=True)
