"""A program gone wrong is noticed: without what its page says matters, or with one word changed, it is refused."""

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from witness.examples import Example, find
from witness.language import Result, ResultError, Text, Verdict, decide, read
from witness.running import Attempt, Runner
from witness.running.interpreters import lacking, own, unfit

EXAMPLES = Path("examples")

LATE = "it did not end in time"
LIMIT = 2
"""How many seconds a program has that will never end."""
TRIES = 20
"""How often a program is run that is only likely to go wrong."""
NAP = '__import__("time").sleep(0.2) or '


@dataclass(frozen=True)
class Mutant:
    """A program under `EXAMPLES` with `text` replaced by `other`, and what the refusal has to `show`.

    Without a join or a lock, a program only may go wrong. `nap` is a piece of it before which a moment's pause makes
    that likely: the bad luck that the page warns of. The right program bears the same pause.
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
        """The program's path, and the line that is changed."""
        before, _, _ = self.original.partition(self.text)
        line = before.count("\n") + 1
        return f"{self.program}.py:{line}"

    @property
    def original(self) -> str:
        return (EXAMPLES / f"{self.program}.py").read_text()

    @property
    def lost(self) -> bool:
        """Whether the program has changed, so that there is nothing to replace."""
        return self.original.count(self.text) != 1 or (self.nap != "" and self.source(right=False).count(self.nap) != 1)

    def source(self, right: bool) -> str:
        """The mutant, or the `right` program; with the nap."""
        source = self.original if right else self.original.replace(self.text, self.other)
        return source.replace(self.nap, NAP + self.nap) if self.nap else source


MATTERS = [
    # Processes
    Mutant("processes/fork", "    os.waitpid(pid, 0)", "    pass", "I am child process", "os.getpid(), os.getppid()"),
    Mutant(
        "processes/fork_buffer_broken",
        'end=""',
        'end="", flush=True',
        "one line together: `Loading... I am the child.`",
    ),
    Mutant(
        "processes/fork_lock_broken", "    os.waitpid(pid, 0)", "    pass", "printed: `Parent got", 'print(f"Threads'
    ),
    Mutant("processes/process", "    p.join()\n", "", "printed: `Child process end.`", 'print(f"Run'),
    Mutant("processes/process_memory", "    p.join()\n", "", "printed: `Parent:", "numbers.append"),
    Mutant("processes/process_exitcode", "        p.join()\n", "", ": None`", "sys.exit(3)"),
    Mutant("processes/process_exitcode", "sys.exit(3)", "sys.exit(2)", "printed: `leave_early: 2`"),
    Mutant("processes/process_exitcode", "    p.terminate()\n", "", LATE),
    Mutant("processes/process_import", 'if __name__ == "__main__":', "if True:", "printed: `Traceback"),
    Mutant("processes/start_methods", '    greeting = "changed before start"\n', "", "greeting as in the file`"),
    Mutant("processes/process_lock_broken", "with lock:", "if True:", "given lock: True`"),
    Mutant("processes/pool", "        p.close()\n", "", "printed: `Traceback"),
    Mutant("processes/pool", "        p.join()\n", "", LATE),
    Mutant("processes/pool_error", "task.get()", "task", "printed: `10 / 2 = <"),
    Mutant("processes/pool_join", "    p.close()\n", "", "printed: `Traceback"),
    Mutant("processes/pool_killed_broken", "(timeout=1)", "()", LATE),
    Mutant("processes/pool_with", "        p.join()\n", "", "printed: `Tasks done: 0 of 3`"),
    Mutant(
        "processes/pool_executor",
        "with ProcessPoolExecutor(2) as executor",
        "if executor := ProcessPoolExecutor(2)",
        "printed: `Tasks done: False`",
        "10 / n\n",
    ),
    Mutant("processes/queue_end", "    q.put(None)", "    pass", LATE),
    Mutant(
        "processes/queue_end",
        '        print(f"Put {value} to queue...")\n        q.put(value)\n',
        '        q.put(value)\n        print(f"Put {value} to queue...")\n',
        "it must wait for line",
        'print(f"Put',
    ),
    Mutant("processes/queue_end_broken", "timeout=0.5", "timeout=60", LATE),
    Mutant("processes/queue_writers", "        p.join()\n", "        pass\n", "printed: `Got all: [", 'q.put(f"'),
    Mutant("processes/queue_join", "len(q.get())", "1_000_000", LATE),
    Mutant("processes/pipe_end", "    writer.close()  # 父进程", "    # 父进程", LATE),
    Mutant("processes/run_buffer_broken", "line_buffering=False", "line_buffering=True", "printed: `First"),
    Mutant("processes/run_errors", ", check=True", "", "printed: `With timeout"),
    # Threads
    Mutant("threads/named_thread", "t.join()\n", "", "printed: `thread MainThread ended.`", "range(1, 6)"),
    Mutant("threads/shared_or_copied", "    process.join()\n", "", "printed: `After the process", 'print(f"{who}'),
    Mutant("threads/shared_or_copied", "    thread.join()\n", "", "printed: `After the thread", 'print(f"{who}'),
    Mutant("threads/target_call", "right.join()\n", "", "printed: `Buyer-2 ended`", 'print(f"buy()'),
    Mutant("threads/thread_error", 'sys.exit("A thread failed.")', 'print("A thread failed.")', "exit status 0"),
    Mutant("threads/thread_error_broken", "t.join()\n", "", "printed: `Worker is alive: True`", 'ValueError("bad'),
    Mutant("threads/start_join", "    all_running.wait()\n", "", "printed: `Buyer-", "t.start()"),
    Mutant("threads/start_join", "    all_counted.wait()\n", "", "printed: `Buyer-", 'print(f"{name} begins'),
    Mutant("threads/buy", "with lock:", "if True:", "printed: `sold: ", "left - 1"),
    Mutant(
        "threads/buy",
        "    all_arrived.wait()  # 五个线程一齐来抢\n    with lock:\n",
        "    with lock:\n        all_arrived.wait()\n",
        LATE,
    ),
    Mutant("threads/buy_acquire", "            lock.release()\n", "            pass\n", LATE),
    Mutant("threads/deadlock", "sorted((src, dst), key=id)", "src, dst", LATE, "second.lock:"),
    Mutant("threads/daemon", "watcher.join()\n", "", "printed: `Main thread ended.`", 'print("Watcher closed'),
    Mutant("threads/daemon_broken", ", daemon=True", "", LATE),
    Mutant("threads/threadlocal", "threading.local()", 'type("School", (), {})()', "printed: `Hello, "),
    Mutant(
        "threads/threadlocal_broken", "    alice_bound.wait()\n", "", "Hello, Alice (in Thread-A)", "name\n    alice"
    ),
    Mutant("threads/context_async", "    await asyncio.sleep(0)", "    pass", "printed: `Alice's task: local Alice"),
    Mutant("threads/future_error", "        future.result()\n", "        pass\n", "the output ended"),
    # GIL
    Mutant("gil/waiting", "        all_ready.wait()\n        time", "        time", LATE),
    Mutant("gil/waiting", "    sock.recv(1)", "    pass", "goes on.`"),
    Mutant("gil/waiting", "            t.join()\n", "            pass\n", "printed: ", "waits.append"),
    # Coroutines
    Mutant("coroutines/producer", "    next(c)", "    pass", "printed: `Traceback"),
    Mutant(
        "coroutines/interleave",
        '    yield  # 停在这里，让别人先走\n    print("3")',
        '    print("3")\n    yield',
        "printed: `3`",
    ),
    Mutant("coroutines/payment", "async with lock:", "if True:", "printed: `买家 4 买到，剩 -1 张`"),
    Mutant("coroutines/blocking", "await asyncio.to_thread(time.sleep, 0.1)", "time.sleep(0.1)", "printed: `等待结束`"),
    Mutant("coroutines/blocking_thread", "    done.wait()", "    pass", "printed: `等待结束`", 'print("线程'),
    Mutant(
        "coroutines/connections",
        "        await everyone.wait()\n        print",
        "        print",
        "printed: `同时打开的连接: 0`",
    ),
    Mutant("coroutines/connections_limit", "(LIMIT, hard)", "(1_000, hard)", LATE),
    Mutant("coroutines/keyboard", "signal.raise_signal(signal.SIGINT)", "pass", "the output ended"),
    Mutant("coroutines/loops", "range(2)", "range(1)", LATE),
    Mutant(
        "coroutines/processes", "        process.join()\n", "        pass\n", "printed: `all done`", 'print(f"process'
    ),
    # async and await
    Mutant("asynchronous/await_order", 'asyncio.create_task(step("任务"))', 'step("任务")', "printed: `任务: 走完`"),
    Mutant(
        "asynchronous/await_done",
        "    waiting = asyncio.create_task(other())",
        "    waiting = other()\n    await waiting\n    waiting = asyncio.sleep(0)",
        "printed: `other",
    ),
    Mutant("asynchronous/no_pause", "        await asyncio.sleep(0)  #", "        pass  #", "printed: `main: 乙`"),
    Mutant("asynchronous/one_by_one", 'visit("A"))\n', 'visit("A"))\n    await a\n', "printed: `A: 回来`"),
    Mutant(
        "asynchronous/taskgroup_results",
        "async with asyncio.TaskGroup() as group",
        "if group := asyncio",
        "printed: `Traceback",
    ),
    Mutant("asynchronous/first_result_before", "    raise Found(name)\n", "", "printed: `慢: 有了`"),
    Mutant("asynchronous/wait_first", "        task.cancel()", "        pass", "[False, False, False]"),
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
    Mutant("asynchronous/semaphore", "async with limit", "if limit", "最多 100"),
    Mutant("asynchronous/producer", "maxsize=10", "maxsize=0", "积压: 1000"),
    Mutant("asynchronous/queue_sentinel", "for _ in names", "for _ in names[:1]", LATE),
    Mutant("asynchronous/lock_thread", "async with lock", "if lock", "printed: `B: 获取了锁`"),
    Mutant("asynchronous/lock_order", 'move("乙", a, b)', 'move("乙", b, a)', LATE),
    Mutant("asynchronous/condition", "            changed.notify_all()", "            pass", LATE),
    Mutant("asynchronous/gather", "    await ready.wait()", "    pass", "printed: `slow: 完成`"),
    Mutant("asynchronous/in_process", "100_000", "100_004", "printed: `[168, 9593]`"),
    Mutant(
        "asynchronous/in_process_broken",
        "with ProcessPoolExecutor(1) as pool:",
        "if pool := ProcessPoolExecutor(1):",
        "printed: `main: 超时`",
        'print("进程',
    ),
    Mutant(
        "asynchronous/task_lost",
        '    asyncio.create_task(work("没',
        '    lost = asyncio.create_task(work("没',
        "printed: `留住的",
    ),
    Mutant("asynchronous/taskgroup_body", "            group.create_task(fail())\n", "", LATE),
    Mutant("asynchronous/in_thread", "asyncio.to_thread(read, go)", "asyncio.sleep(0, read(go))", LATE),
    Mutant("asynchronous/cancel", "        raise", "        pass", "the output ended"),
    Mutant("asynchronous/taskgroup", "async with asyncio.TaskGroup() as group", "if group := asyncio", "不会走到这里"),
    Mutant("asynchronous/timeout", "async with asyncio.timeout(0.1):", "if True:", LATE),
    Mutant(
        "asynchronous/thread_cancel", "loop.call_soon_threadsafe(started.set)", "started.set()", LATE, "started.set"
    ),
    Mutant("asynchronous/thread_cancel", "    go.set()\n", "", LATE),
    # Several machines
    Mutant("distributed/square/task_worker", '            result.put(f"{n} * {n} = {n * n}")\n', "", LATE),
    Mutant("distributed/square/task_worker", "{n * n}", "{n * n + 1}", "printed: `Result: "),
    Mutant("distributed/square/task_worker", "(EOFError, ConnectionError)", "KeyError", "printed: `Traceback"),
    Mutant("distributed/log_path", "        task.put(str(path))\n", "", LATE),
    Mutant("distributed/queue_empty", "except queue.Empty", "except queue.Full", "printed: `Traceback"),
    Mutant("distributed/wrong_authkey", 'b"abd"', 'b"abc"', "the output ended"),
    Mutant("distributed/unpickle_runs", "        task.put(Task())", "        task.put(None)", "printed: `client"),
]


def words() -> Iterator[Mutant]:
    """Every program with the first word changed that its page prints, or with a line more if it prints none itself."""
    for example in find(EXAMPLES):
        try:
            texts = [part.text for line in read(example.out).lines for part in line.parts if isinstance(part, Text)]
        except (OSError, ResultError):
            continue  # test_examples.py says it
        for path in example.programs:
            program, source = path.relative_to(EXAMPLES).with_suffix("").as_posix(), path.read_text()
            for call, said in prints(source):
                if any(said in text for text in texts):
                    word = re.findall(r"\w+", said)[0]
                    last = str(9 - int(word[-1])) if word[-1] in "0123456789" else "xy"[word[-1] == "x"]
                    until, other = source.partition(call)[0], re.sub(rf"\b{word}\b", word[:-1] + last, call, count=1)
                    yield Mutant(program, until + call, until + other, word[:-1] + last)
                    break
            else:
                yield Mutant(program, source, f'print("more")\n{source}', "printed: `more`")


def prints(source: str) -> Iterator[tuple[str, str]]:
    """The calls of `print` from top to bottom, each with every text in it."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: call.lineno):
        if isinstance(call.func, ast.Name) and call.func.id == "print":
            for node in ast.walk(call):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\w", node.value):
                    yield ast.get_source_segment(source, call) or "", node.value.strip()


# By their names, for a program may have two results.
WORDS = list({mutant.program: mutant for mutant in words()}.values())


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Verdict]]:
    """Runs a mutant, or the right program with the mutant's nap, and decides. The first runs go side by side."""
    with Runner() as runner:

        def start(mutant: Mutant, right: bool) -> tuple[Result, Callable[[], Attempt]]:
            root = tmp_path_factory.mktemp("examples")
            for path in (mutant.example.out, *mutant.example.files):
                copy = root / path.relative_to(EXAMPLES)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
            (root / f"{mutant.program}.py").write_text(mutant.source(right))
            example = Example(root, mutant.example.name)
            example.settings["alone"] = False  # the numbers that it measures do not matter here
            if mutant.show == LATE and not right:
                example.settings["timeout"] = LIMIT
            result = read(example.out)
            return result, runner.submit(example, result, own().path)

        def verdict(mutant: Mutant, right: bool = False) -> Verdict:
            result, attempt = started.pop((mutant, right), None) or start(mutant, right)
            if "nslookup" in mutant.example.settings["needs"] and attempt().missing:
                pytest.skip("; ".join(attempt().missing))
            return decide(result, attempt().run)

        functions = [item for item in request.session.items if isinstance(item, pytest.Function)]
        params = [item.callspec.params for item in functions if item.module is request.module]
        mutants = [param["mutant"] for param in params if not skipped(param["mutant"])]
        mutants.sort(key=lambda mutant: mutant.show != LATE)  # the longest first
        started = {(mutant, right): start(mutant, right) for mutant in mutants for right in {False, mutant.nap != ""}}
        yield verdict


def skipped(mutant: Mutant) -> str:
    """Why the mutant can't be run here, or nothing."""
    if mutant.lost:
        return "it is not in the program, or not once"
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


@pytest.mark.parametrize("mutant", WORDS, ids=lambda mutant: mutant.program)
def test_a_changed_word_is_refused(mutant: Mutant, run: Callable[..., Verdict]) -> None:
    if reason := skipped(mutant):
        pytest.skip(reason)
    verdict = run(mutant)
    assert not verdict.legal
    assert mutant.show in verdict.reason
