"""What runs inside every Python process of an example that is recorded, and notes what it does.

A link to it stands on `PYTHONPATH`, with what makes Python print as on a terminal, so that the processes that a program
starts inherit it, and it is started by a `sitecustomize`. Of the modules, most have a table of the functions that they
wrap (`hooks.py`): those of `calls.py` are waits, which a picture shows; those of the others let one thing come before
another, by the rules of `waits.py`. Who asks for a call, `asking.py` finds out, and `notebook.py` notes it.

A program that looks is to see what it sees without it: what is written in Python is wrapped, types that are written in
C keep their identity, and what is known of an object is kept beside it. It still can see that `open`, `os.open`,
`time.sleep`, `os.wait`, `os.read`, `os.write`, `os.close`, `os.kill` and the like, `os.getppid`, `os.system`,
`os._exit`, `os.posix_spawn`, `signal.pause` and the like, `_thread.start_new_thread`, `select.select` and the methods
of locks, of `queue.SimpleQueue`, of `select.poll` and `select.epoll`, of streams, of the files behind them
(`io.FileIO`) and of futures and tasks are not built-in, that these two types have bases more, frames more in a call of
what is wrapped or of a handler of signals, and where there are generators, `sys.getprofile()`. And the first program
has a parent as if it came from a shell.
Where that changes what is printed, `collect.py` says so.
"""
