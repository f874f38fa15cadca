"""The collector: it runs inside every Python process of an example that is recorded, and notes what the process does.

A link to this folder is on `PYTHONPATH`, which the processes that a program starts inherit, and a `sitecustomize` there
starts the collector. Most modules have a table of the functions that they wrap (`hooks.py`). The functions of
`calls.py` are waits, which a figure shows; those of the other modules let one note come before another, by the rules of
`waits.py`. `asking.py` finds out who makes a call, and `notebook.py` notes it.

A program that inspects itself should see what it sees without the collector: functions written in Python are wrapped,
types written in C keep their identity, and what is known of an object is kept beside it. What it can still see is that
these are not built-in: `time.sleep`, `os.wait`, `os.read`, `os.write`, `os.close`, `os.kill` and the
like, `os.getppid`, `os.system`, `os._exit`, `signal.pause` and the like, `_thread.start_new_thread`,
`select.select`, and the methods of locks, of `queue.SimpleQueue`, of `select.poll` and `select.epoll`, of streams, of
the files behind them (`io.FileIO`), and of asyncio's futures and tasks, two types that have one more base. It also sees
more frames inside a wrapped function or a handler of signals, a `sys.getprofile()` if it has generators, and for its
first process a parent as if a shell had started it.
Where that changes what is printed, `collect.py` says so.
"""
