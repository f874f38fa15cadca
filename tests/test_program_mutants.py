"""A program gone wrong is noticed: without what its page says matters, it is refused."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import mutants
import program_mutants
import pytest
from program_mutants import ProgramMutant

from witness.examples import Example
from witness.language import Result, Run, Verdict, decide, read
from witness.running import Play, Runner, platform
from witness.running.interpreters import lacking, own, unfit

EXAMPLES = Path("examples")

LATE = "it did not end in time"
LIMIT = 2
"""The time limit, in seconds, of a mutant that never ends."""
TRIES = 20
"""The most times that a mutant is run which goes wrong in some runs only."""
NAP = '__import__("time").sleep(0.2) or '


@dataclass(frozen=True)
class Mutant:
    """A program under `EXAMPLES` with `text` replaced by `other`; the refusal has to `show` a text.

    Without a join or a lock, a program only may go wrong. A short pause before the piece `nap` makes that likely: it is
    the bad luck of which the page warns. The right program must bear the same pause.
    """

    program: str
    text: str
    other: str
    show: str
    nap: str = ""

    @property
    def example(self) -> Example:
        return Example(EXAMPLES, "/".join(self.program.split("/")[:2]))

    @property
    def place(self) -> str:
        """The program's path, and the number of the line that is changed."""
        before, _, _ = self.original.partition(self.text)
        line = before.count("\n") + 1
        return f"{self.program}.py:{line}"

    @property
    def original(self) -> str:
        return (EXAMPLES / f"{self.program}.py").read_text()

    @property
    def lost(self) -> bool:
        """Whether the program has changed, so that `text` or `nap` is not in it exactly once."""
        return self.original.count(self.text) != 1 or (self.nap != "" and self.source(right=False).count(self.nap) != 1)

    def source(self, right: bool) -> str:
        """Return the mutant, or the `right` program, with the pause."""
        source = self.original if right else self.original.replace(self.text, self.other)
        return source.replace(self.nap, NAP + self.nap) if self.nap else source


MATTERS = [
    # Processes
    Mutant(
        "processes/fork_buffer_broken",
        'end=""',
        'end="", flush=True',
        "one line together: `Loading... I am the child.`",
    ),
    Mutant("processes/process_exitcode", "sys.exit(3)", "sys.exit(2)", "printed: `leave_early: 2`"),
    Mutant("processes/process_import", 'if __name__ == "__main__":', "if True:", "printed: `Traceback"),
    Mutant("processes/start_methods", '    greeting = "changed before start"\n', "", "greeting as in the file`"),
    Mutant("processes/pool_error", "task.get()", "task", "printed: `10 / 2 = <"),
    Mutant("processes/pool_killed_broken", "(timeout=1)", "()", LATE),
    Mutant(
        "processes/queue_end",
        '        print(f"Put {value} to queue...")\n        q.put(value)\n',
        '        q.put(value)\n        print(f"Put {value} to queue...")\n',
        "it must wait for line",
        'print(f"Put',
    ),
    Mutant("processes/queue_end_broken", "timeout=0.5", "timeout=60", LATE),
    Mutant("processes/queue_join", "len(q.get())", "1_000_000", LATE),
    Mutant("processes/run_buffer_broken", "line_buffering=False", "line_buffering=True", "printed: `First"),
    Mutant("processes/run_errors", ", check=True", "", "printed: `With timeout"),
    Mutant("processes/pool_two_arguments", "(dish, reason)  #", "(dish)  #", "printed: `"),
    Mutant("processes/terminate", "    signal.signal(signal.SIGTERM, leave)", "    pass", "printed: `exit code: -15`"),
    Mutant("processes/kill_group", "session=True", "session=False", "it left a process behind"),
    Mutant("processes/grandchild", "    os.killpg", "    os.kill", LATE),
    Mutant("processes/stream_buffer_broken", '"-E"', '"-u"', LATE),
    Mutant("processes/stream_full_broken", "1_000_000", "1_000", "communicate: 1000 bytes"),
    Mutant("processes/manager_nested", '        menu["lunch"] = lunch', "        pass", "put back:   ['soup']"),
    # Threads
    Mutant("threads/thread_error", 'sys.exit("A thread failed.")', 'print("A thread failed.")', "exit status 0"),
    Mutant(
        "threads/buy",
        "    all_arrived.wait()  # 五个线程一齐来抢\n    with lock:\n",
        "    with lock:\n        all_arrived.wait()\n",
        LATE,
    ),
    Mutant("threads/deadlock", "sorted((src, dst), key=id)", "src, dst", LATE, "second.lock:"),
    Mutant("threads/daemon_broken", ", daemon=True", "", LATE),
    Mutant("threads/threadlocal", "threading.local()", 'type("School", (), {})()', "printed: `Hello, "),
    Mutant("threads/context_async", "    await asyncio.sleep(0)", "    pass", "printed: `Alice's task: local Alice"),
    Mutant("threads/queue_threads", "for _ in cooks:", "for _ in cooks[1:]:", LATE),
    Mutant("threads/queue_maxsize", "Queue(maxsize=10)", "Queue(maxsize=9)", "printed: `maxsize=10: 9 "),
    Mutant("threads/queue_priority", "next(arrival)", "-next(arrival)", "printed: `1: rice`"),
    Mutant("threads/executor_cancel", ", cancel_futures=True", "", "printed: `cancelled: 1 of 3`"),
    Mutant("threads/executor_deadlock_broken", "max_workers=2", "max_workers=3", "printed: `soup bought`"),
    Mutant("threads/condition_if_broken", "        if not shelf:", "        while not shelf:", LATE),
    Mutant("threads/log_file_broken", 'filemode="w"', 'filemode="a"', "parent: before"),
    # GIL
    # Coroutines
    Mutant("coroutines/producer", "    next(c)", "    pass", "printed: `Traceback"),
    Mutant(
        "coroutines/interleave",
        '    yield  # 停在这里，让别人先走\n    print("3")',
        '    print("3")\n    yield',
        "printed: `3`",
    ),
    Mutant("coroutines/connections_limit", "(LIMIT, hard)", "(1_000, hard)", LATE),
    Mutant("coroutines/keyboard", "signal.raise_signal(signal.SIGINT)", "pass", "the output ended"),
    Mutant("coroutines/loops", "range(2)", "range(1)", LATE),
    # async and await
    Mutant("asynchronous/await_order", 'asyncio.create_task(step("任务"))', 'step("任务")', "printed: `任务: 走完`"),
    Mutant(
        "asynchronous/await_done",
        "    waiting = asyncio.create_task(other())",
        "    waiting = other()\n    await waiting\n    waiting = asyncio.sleep(0)",
        "printed: `other",
    ),
    Mutant("asynchronous/heartbeat", "await asyncio.to_thread(fetch)", "fetch()", "printed: `取到网页，心跳次数: 1`"),
    Mutant("asynchronous/no_pause", "        await asyncio.sleep(0)  #", "        pass  #", "printed: `main: 乙`"),
    Mutant("asynchronous/one_by_one", 'visit("A", 0.1))\n', 'visit("A", 0.1))\n    await a\n', "printed: `A: 回来`"),
    Mutant("asynchronous/first_result_before", "    raise Found(name)\n", "", "printed: `慢: 有了`"),
    Mutant("asynchronous/shield", "asyncio.shield(paying)", "paying", "付款取消了吗 True"),
    Mutant("asynchronous/cancel_twice", "asyncio.shield(saving)", "saving", "printed: `main: 取消了 True`"),
    Mutant(
        "asynchronous/cancel_child",
        "await asyncio.wait([task])  # child",
        "try:\n        await task\n    except asyncio.CancelledError:\n        pass\n    #",
        "printed: `parent: 接着走`",
    ),
    Mutant("asynchronous/keyboard_once", "        raise", "        pass", "the output ended"),
    Mutant("asynchronous/uncancel", "task.uncancel()", "task.cancelling()", "还有请求 1"),
    Mutant("asynchronous/timeout_compute", "await asyncio.sleep(0)", "pass", LATE),
    Mutant("asynchronous/deadline", "asyncio.timeout_at(deadline)", "asyncio.timeout(deadline)", LATE),
    Mutant("asynchronous/wait_for", "asyncio.wait([task], timeout=0.1)", "asyncio.wait([task])", LATE),
    Mutant("asynchronous/producer", "maxsize=10", "maxsize=0", "积压: 1000"),
    Mutant("asynchronous/queue_sentinel", "for _ in names", "for _ in names[:1]", LATE),
    Mutant("asynchronous/lock_order", 'move("乙", a, b)', 'move("乙", b, a)', LATE),
    Mutant("asynchronous/in_process", "100_000", "100_004", "printed: `[168, 9593]`"),
    Mutant(
        "asynchronous/task_lost",
        '    asyncio.create_task(work("没',
        '    lost = asyncio.create_task(work("没',
        "printed: `留住的",
    ),
    Mutant("asynchronous/taskgroup_body", "            group.create_task(fail())\n", "", LATE),
    Mutant("asynchronous/cancel", "        raise", "        pass", "the output ended"),
    Mutant("asynchronous/timeout", "async with asyncio.timeout(0.1):", "if True:", LATE),
    Mutant(
        "asynchronous/thread_cancel", "loop.call_soon_threadsafe(started.set)", "started.set()", LATE, "started.set"
    ),
    # Several machines
    Mutant("distributed/square/task_worker", "{n * n}", "{n * n + 1}", "printed: `Result: "),
    Mutant("distributed/square/task_worker", "(EOFError, ConnectionError)", "KeyError", "printed: `Traceback"),
    Mutant("distributed/queue_empty", "except queue.Empty", "except queue.Full", "printed: `Traceback"),
    Mutant("distributed/wrong_authkey", 'b"abd"', 'b"abc"', "the output ended"),
    Mutant("distributed/unpickle_runs", "        task.put(Task())", "        task.put(None)", "printed: `client"),
]


# A sample of what `uv run python tests/mutants.py` makes: programs in which one thing that synchronises is taken out.
SAMPLE = [mutant for mutant in mutants.programs([], mutants.commit()) if not mutants.named(mutant.name)][:8]


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Verdict]]:
    """Run a mutant, or the right program with its pause, and decide; the first runs go side by side."""
    with Runner() as runner:

        def start(mutant: Mutant, right: bool) -> tuple[Result, Callable[[], Run]]:
            program, root = EXAMPLES / f"{mutant.program}.py", tmp_path_factory.mktemp("examples")
            limit = LIMIT if mutant.show == LATE and not right else None
            example = program_mutants.copied(mutant.example, program, mutant.source(right), root, limit)
            result = read(example.out)
            return result, runner.submit(Play(example, result, own()))

        def verdict(mutant: Mutant, right: bool = False) -> Verdict:
            ours = mutant, right
            result, run = started.pop(ours) if ours in started else start(*ours)
            if "nslookup" in mutant.example.settings.needs and platform.here.missing:
                pytest.skip(platform.here.missing)
            return decide(result, run())

        functions = [item for item in request.session.items if isinstance(item, pytest.Function)]
        params = [item.callspec.params for item in functions if item.module is request.module]
        chosen = [param["mutant"] for param in params if isinstance(param["mutant"], Mutant)]
        chosen = [mutant for mutant in chosen if not skipped(mutant)]
        chosen.sort(key=lambda mutant: mutant.show != LATE)  # the longest first
        started = {(mutant, right): start(mutant, right) for mutant in chosen for right in {False, mutant.nap != ""}}
        for _, run in started.values():
            run()  # wait for all: a later run may have to be alone
        yield verdict


def skipped(mutant: Mutant) -> str:
    """Return why the mutant can't be tried here, or ""."""
    if mutant.lost:
        return "it is not in the program, or not once"
    if len(mutant.example.programs) > 1 and platform.here.missing:
        return "its programs may find their port taken"
    return unfit(mutant.example, own()) or lacking(mutant.example)


@pytest.mark.parametrize("mutant", MATTERS, ids=lambda mutant: mutant.place)
def test_what_matters_is_missed(mutant: Mutant, run: Callable[..., Verdict]) -> None:
    assert not mutant.lost, (
        f"examples/{mutant.program}.py has changed: its mutant needs another text, or there is more than one"
    )
    if reason := skipped(mutant):
        pytest.skip(reason)
    if mutant.nap:
        right = run(mutant, right=True)
        assert right.legal, f"only luck keeps examples/{mutant.place} right\n{right.reason}"
    for _ in range(TRIES if mutant.nap else 1):
        verdict = run(mutant)
        if not verdict.legal:
            break
    assert not verdict.legal, (
        f"examples/{mutant.place}: without this it prints the same: it does not matter, or the page allows too much"
    )
    assert mutant.show in verdict.reason


@pytest.mark.skipif(not platform.here.complete, reason="programs are traced and perturbed on Linux only")
@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.name)
def test_synchronisation_is_missed(mutant: ProgramMutant) -> None:
    refused = program_mutants.refused(mutant) or program_mutants.refused(mutant)  # again: one may be right by luck
    if not refused and sys.version_info[:2] == (3, 12):
        pytest.skip("3.12 is not perturbed between instructions")
    assert refused, (
        f"without this the program holds: does its result say too little, or what it needs it for? Once more: "
        f"uv run python tests/mutants.py {mutant.program.name}:{mutant.line}"
    )
