"""What runs inside every Python process of an example that is recorded, and notes what it does.

It stands on `PYTHONPATH` as a copy, with `notes.py` and `waits.py`, so that the processes that a program starts inherit
it, and is started by a `sitecustomize`. A program that looks is to see what it sees without it: what is written in
Python is wrapped, types that are written in C keep their identity. Only the functions `time.sleep`, `os.wait` and
`os.waitpid` are no longer built-in.
"""
