"""What runs inside every Python process of an example that is recorded, and notes what it does.

It stands on `PYTHONPATH` as a copy, with `notes.py` and `waits.py`, so that the processes that a program starts inherit
it, and is started by a `sitecustomize`. A program that looks is to see what it sees without it: what is written in
Python is wrapped, types that are written in C keep their identity. It still can see that `time.sleep`, `os.wait`,
`os.waitpid` and the methods of locks are not built-in, a frame more in a call of what is wrapped, and where there are
tasks or generators, `sys.getprofile()`. Where that changes what is printed, `collect.py` says so.
"""
