"""What is proposed for small programs of each kind that readers meet, from real runs, some of them traced."""

import re
from dataclasses import dataclass, field
from textwrap import dedent

import pytest

from witness.examples import Example
from witness.language import Result, Run, Terminal, decide, parse
from witness.recording.proposal.propose import propose
from witness.recording.proposal.traced import look
from witness.running import Runner, varied
from witness.running.interpreters import own

TIMES, TRACED = 14, 3


@dataclass
class Program:
    """A program, the lines proposed for it in any order and without values, and a part of what is asked.

    `typed` is what its result says before it is recorded: what is typed and pressed.
    """

    text: str
    lines: str
    asked: str = ""
    typed: str = ""
    modules: dict[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> list[str]:
        return sorted(map(blank, dedent(self.lines).strip("\n").split("\n")))


def blank(line: str) -> str:
    """A line without names of variables, recorded values and the numbers of names."""
    line = re.sub(r"^([A-Za-z]+)[0-9]+\|", r"\1|", line)
    return re.sub(r"\{(?:\w+:)?(\w+)([^={}]*)=.*?(?=(?: in | each | of |\}))", r"{\1\2=", line)


SLEEPY = "from random import random\nfrom time import sleep\n"
POOL = SLEEPY + "from concurrent.futures import ThreadPoolExecutor, as_completed\n"
THREADS = SLEEPY + "import threading\n"
PROCESSES = SLEEPY + "import os\nfrom multiprocessing import Pool, Process, Queue\n"
TASKS = "import asyncio\n"

PROGRAMS = {
    "an address": Program(
        POOL + "print('made', ThreadPoolExecutor)\nprint(object())",
        """
        made <class 'concurrent.futures.thread.ThreadPoolExecutor'>
        <object object at {id:id=0x1}>""",
    ),
    "main hears of threads in any order": Program(
        POOL
        + """
def roll(n):
    sleep(random() / 50)
    return n

with ThreadPoolExecutor(3) as pool:
    for done in as_completed([pool.submit(roll, n) for n in (4, 5, 6)]):
        print("rolled", done.result())
print("end")
""",
        """
        main/| rolled 4
        main/| rolled 5
        main/| rolled 6
        end""",
    ),
    "bare numbers in any order": Program(
        POOL
        + """
import os

def roll(n):
    sleep(random() / 50)
    return n

with ThreadPoolExecutor(3) as pool:
    for done in as_completed([pool.submit(roll, n) for n in (4, 5, 6)]):
        print(done.result())
print(os.getpid())
""",
        """
        main/| 4
        main/| 5
        main/| 6
        {main:pid=1}""",
    ),
    "times of day": Program(
        THREADS
        + """
import time

def brew():
    print(time.strftime("%X"), "on")
    sleep(0.05)
    print(time.strftime("%X"), "off")

thread = threading.Thread(target=brew)
thread.start()
thread.join()
print(time.ctime(), "drunk")
""",
        """
        {t:time=1} on
        {t:time=1} off
        {t:time=1} drunk""",
    ),
    "a log with time and thread": Program(
        THREADS
        + """
import logging

logging.basicConfig(format="%(asctime)s %(threadName)s %(message)s", level=logging.INFO)
for name in ("left", "right"):
    threading.Thread(target=logging.info, args=("opened",), name=name).start()
""",
        """
        left| {t:time=1} left opened
        right| {t:time=1} right opened""",
        "line 3 after 2: it always came so, but nothing was seen that makes it wait",
    ),
    "a daemon that is killed": Program(
        PROCESSES
        + """
def keep(who, seconds):
    print(who, "keeps watch")
    sleep(seconds)
    print(who, "goes")

if __name__ == "__main__":
    Process(target=keep, args=("owl", 60), daemon=True).start()
    sleep(0.3)
    day = Process(target=keep, args=("lark", 0.05))
    day.start()
    day.join()
    print("closed")
""",
        """
        owl| owl keeps watch
        lark| lark keeps watch
        lark as a| lark goes
        main after a| closed""",
    ),
    "its own path": Program("print(__file__, 'is read')", "FILE is read"),
    "a coroutine nobody awaits": Program(
        TASKS
        + """
async def fill():
    pass

async def main():
    fill()
    print("not filled")

asyncio.run(main())
""",
        """
        FILE:7: RuntimeWarning: coroutine 'fill' was never awaited
          fill()
        RuntimeWarning: Enable tracemalloc to get the object allocation traceback
        not filled""",
    ),
    "a task that is printed": Program(
        TASKS
        + """
async def brew():
    pass

async def main():
    print(asyncio.create_task(brew(), name="tea"))

asyncio.run(main())
""",
        "<Task pending name='tea' coro=<brew() running at FILE:3>>",
    ),
    "tasks whose order is certain": Program(
        TASKS
        + """
async def visit(city, days):
    print("to", city)
    await asyncio.sleep(days / 20)
    print("from", city)

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(visit("Bonn", 2))
        group.create_task(visit("Kiel", 1))
    print("home")

asyncio.run(main())
""",
        """
        to Bonn
        to Kiel
        from Kiel
        from Bonn
        home""",
    ),
    "tasks in the order of a set": Program(
        TASKS
        + """
async def ring(bell):
    print("bell", bell)

async def main():
    for task in asyncio.as_completed([ring(n) for n in (5, 6, 7, 8)]):
        await task

asyncio.run(main())
""",
        """
        ring| bell 5
        ring2| bell 6
        ring3| bell 7
        ring4| bell 8""",
    ),
    "a list in any order": Program(
        THREADS
        + """
basket = []

def pick(fruit):
    sleep(random() / 50)
    basket.append(fruit)

threads = [threading.Thread(target=pick, args=(n,)) for n in (10, 20, 30)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("got", basket)
""",
        "got [{SET}]",
    ),
    "whom the recorder must not disturb": Program(
        PROCESSES
        + """
import threading

def look():
    print(type(threading.Lock()).__module__)

if __name__ == "__main__":
    child = Process(target=look)
    child.start()
    child.join()
    print("seen")
""",
        """
        child| _thread
        seen""",
    ),
    "workers by number": Program(
        PROCESSES
        + """
def cook(number, orders):
    for dish in iter(orders.get, None):
        print(f"cook {number}: {dish} begun")
        sleep(random() / 50)
        print(f"cook {number}: {dish} done")

if __name__ == "__main__":
    orders = Queue()
    cooks = [Process(target=cook, args=(n, orders)) for n in (1, 2)]
    for one in cooks:
        one.start()
    for dish in ("soup", "rice", "cake", None, None):
        orders.put(dish)
    for one in cooks:
        one.join()
""",
        """
        soup| cook {worker= in 1..2}: soup begun
        soup| cook {soup}: soup done
        rice| cook {worker= in 1..2}: rice begun
        rice| cook {rice}: rice done
        cake| cook {worker= in 1..2}: cake begun
        cake| cook {cake}: cake done""",
    ),
    "workers by name": Program(
        POOL
        + """
import threading

def serve(table):
    sleep(random() / 50)
    print(threading.current_thread().name, "served", table)

with ThreadPoolExecutor(2, "waiter") as pool:
    list(pool.map(serve, range(1, 5)))
""",
        """
        thread| {worker= in waiter_0 | waiter_1} served 1
        thread2| {worker= in waiter_0 | waiter_1} served 2
        thread3| {worker= in waiter_0 | waiter_1} served 3
        thread4| {worker= in waiter_0 | waiter_1} served 4""",
    ),
    "a line that may come": Program(
        THREADS
        + """
thread = threading.Thread(target=sleep, args=(0.3 * (random() > 0.5),))
thread.start()
thread.join(0.1)
if thread.is_alive():
    print("late")
    thread.join()
print("there")
""",
        """
        times 0..1| late
        there""",
        "line 2, `late`: not as often in each run",
    ),
    "a line that comes as often as it happens": Program(
        THREADS
        + """
done = threading.Event()
threading.Timer(0.05 + random() / 10, done.set).start()
while not done.wait(0.02):
    print("not yet")
print("done")
""",
        """
        times 0..| not yet
        done""",
        "how often may it come?",
    ),
    "padded numbers": Program(
        PROCESSES
        + """
def greet():
    print(f"[{os.getpid():>8}] child")

if __name__ == "__main__":
    print(f"[{os.getpid():>8}] main")
    child = Process(target=greet)
    child.start()
    child.join()
""",
        """
        [{main:pid:>8=1}] main
        child| [{child:pid:>8=1}] child""",
    ),
    "numbers in any order": Program(
        THREADS
        + """
gate = threading.Barrier(3)

def enter(name):
    sleep(random() / 50)
    print(name, "was number", gate.wait() + 1)

for name in ("Kim", "Lee", "Moe"):
    threading.Thread(target=enter, args=(name,)).start()
""",
        """
        Kim| Kim was number {int= each 1..3}
        Lee| Lee was number {int= each 1..3}
        Moe| Moe was number {int= each 1..3}""",
    ),
    "a float printed whole": Program("from time import time\nprint(time() / 7, 's')", "{x:float!r= in 0..} s"),
    "one word from a pool": Program(
        PROCESSES
        + """
def chirp(_):
    print("chirp")

if __name__ == "__main__":
    with Pool(3) as pool:
        pool.map(chirp, range(4), chunksize=1)
    print("quiet")
""",
        """
        task| chirp
        task2| chirp
        task3| chirp
        task4| chirp
        quiet""",
    ),
    "processes without order": Program(
        PROCESSES
        + """
def sign(name):
    print(name, "signed")

if __name__ == "__main__":
    people = [Process(target=sign, args=(name,)) for name in ("Ann", "Ben", "Cem")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    print("all did")
""",
        """
        Ann| Ann signed
        Ben| Ben signed
        Cem| Cem signed
        all did""",
    ),
    "a line drawn over": Program("for n in range(3):\n    print(n, end='\\r')\nprint('done')", "done"),
    "words in any order": Program(
        THREADS
        + """
import queue

finish = queue.Queue()

def run(name):
    sleep(random() / 50)
    finish.put(name)

for name in ("Ada", "Bob", "Cy"):
    threading.Thread(target=run, args=(name,)).start()
for place in ("first", "second", "third"):
    print(f"{place}: {finish.get()}")
""",
        """
        first: {text= each Ada | Bob | Cy}
        second: {text= each Ada | Bob | Cy}
        third: {text= each Ada | Bob | Cy}""",
    ),
    "who drew what": Program(
        PROCESSES
        + """
def draw(number, queue):
    drawn = int(random() * 1e6)
    print("drew", drawn)
    queue.put((number, drawn))

if __name__ == "__main__":
    queue = Queue()
    for number in range(3):
        Process(target=draw, args=(number, queue)).start()
    for number, drawn in sorted(queue.get() for _ in range(3)):
        print("process", number, "drew", drawn)
""",
        """
        child| drew {int= in 0..}
        child2| drew {int= in 0..}
        child3| drew {int= in 0..}
        process 0 drew {n}
        process 1 drew {n}
        process 2 drew {n}""",
    ),
    "an exception": Program(
        "print('a')\nraise ValueError('b')",
        """
        a
        Traceback (most recent call last):
          ...
        ValueError: b
        [exit 1]""",
        "it printed an exception: is that what it is to show?",
    ),
    "no newline at the end": Program("print('a', end='')", "a\n[no newline]"),
    "what is typed": Program(
        "print('Hello', input('Your name? '))",
        """
        Your name? {input=}
        Hello Ada""",
        typed="Your name? {name:input=Ada}\n",
    ),
    "Ctrl-C": Program(
        THREADS
        + """
try:
    print("press")
    sleep(9)
except KeyboardInterrupt:
    print("pressed")
""",
        """
        press
        ^C
        pressed""",
        typed="press\n^C\n",
    ),
    "a module beside it": Program(
        "import aside\naside.work()", "worked", modules={"aside": "def work():\n    print('worked')\n"}
    ),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Example, Result | None, list[Run]]]:
    """What the programs printed, time after time, each time with something else around them."""
    root = tmp_path_factory.mktemp("programs")
    found = {}
    with Runner() as runner:
        for index, (name, program) in enumerate(PROGRAMS.items()):
            example = Example(root, f"c/p{index}")
            example.out.parent.mkdir(exist_ok=True)
            example.programs[0].write_text(f"{program.text.strip()}\n")
            for module, text in program.modules.items():
                (example.out.parent / f"{module}.py").write_text(text)
            result = parse(f"$ python p{index}.py\n{program.typed}", example.out) if program.typed else None
            turns = [runner.submit(example, result, own().path, variation=varied(number)) for number in range(TIMES)]
            found[name] = example, result, turns
        return {
            name: (example, result, [turn().run for turn in turns]) for name, (example, result, turns) in found.items()
        }


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_proposal_for(name: str, seen: dict[str, tuple[Example, Result | None, list[Run]]]) -> None:
    example, result, runs = seen[name]
    looks = [look(example, result, own()) for _ in range(TRACED)]
    known = {index: one for index, (_, one) in enumerate(looks, len(runs)) if one}
    file = example.programs[0].name
    terminal = result.terminals[0] if result else Terminal(1, file, None, ())
    change = propose(example.out, terminal, [*runs, *(run for run, _ in looks)], known)
    text = re.sub(r"\[\{[\d, ]+\}\]", "[{SET}]", change.text.replace(file, "FILE"))
    lines = sorted(
        dict.fromkeys(map(blank, text.splitlines()[1:])) if "times" in text else map(blank, text.splitlines()[1:])
    )
    assert [re.sub(r"\{n\d\}", "{n}", line) for line in lines] == PROGRAMS[name].expected, change.text
    assert PROGRAMS[name].asked in "\n".join(change.notes)
    assert all(decide(parse(change.text, example.out), run).legal for run in runs)
