"""Pipes and sockets: both ends of one have the same token in each process, and the bytes that pass are counted."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule
from .asking import call, outside, past
from .hooks import Context
from .notebook import clock_ns, count, getpid, have_closed, note
from .sync import Syncs, Token, give, take

HOOKS = Syncs()
_STREAM, _DATAGRAM = 1, 2
_PEEK = 2  # `socket.MSG_PEEK`


def _number(file: int) -> int:
    """Return the number (inode) of what this process has open as the file descriptor `file`, or 0."""
    try:
        return os.fstat(file).st_ino
    except OSError:  # it is closed
        return 0


_TERMINAL = _number(1), _number(2)
_ends: dict[tuple[int, int], tuple[Rule | None, tuple[str, str]]] = {}


def ends(fd: int) -> tuple[Rule | None, tuple[str, str]]:
    """Return the rule of a stream, or None, and the tokens of what goes into an open pipe or socket and of what comes
    out. What goes in at one end has the token of what comes out at the other."""
    status = os.fstat(fd)
    number = status.st_ino
    if stat.S_ISFIFO(status.st_mode):
        return Rule.PIPE, (f"{number}", f"{number}")
    if (fd, number) not in _ends:
        rule, names = None, (f"{number}>", f">{number}")  # as of a socket without a name: see `causes._other_ends`
        _socket: Any = sys.modules.get("_socket")
        if _socket and stat.S_ISSOCK(status.st_mode):
            own = _socket.socket(fileno=os.dup(fd))
            try:
                if own.family in (_socket.AF_INET, _socket.AF_INET6):
                    here, there = own.getsockname(), own.getpeername()
                    names = _between(here, there), _between(there, here)
                if own.type & 0xF == _STREAM and number not in _TERMINAL:
                    rule = Rule.STREAM
            finally:
                own.close()
        _ends[fd, number] = rule, names
    return _ends[fd, number]


def _between(here: Any, there: Any) -> str:
    """Return the token of what is sent from one address to another.

    Addresses are known by their ports, since a host has several names, or by the names of their files.
    """
    return ">".join(f"{place[1]}" if isinstance(place, tuple) else f"{place or ''}" for place in (here, there))


# Streams, given as a file, a socket, or a file descriptor, which a connection of `multiprocessing` uses.

_RECEIVES = "recv recvfrom recv_into recvfrom_into recvmsg recvmsg_into"
_FLAGS = dict(zip(_RECEIVES.split(), (1, 1, 2, 2, 2, 2), strict=True))
"""For each function, how many arguments come before the flags."""


@HOOKS.around("os", "read readv")
@HOOKS.around("io", "FileIO.read FileIO.readinto FileIO.readall")
@HOOKS.around("socket", " ".join(f"socket.{name}" for name in _RECEIVES.split()))
def _read(original: Any, file: Any, *args: Any, **kwargs: Any) -> Any:
    way = _way(file, 1)
    value = original(file, *args, **kwargs)
    flags = kwargs.get("flags", next(iter(args[_FLAGS.get(original.__name__, len(args)) :]), 0))
    if way and value is not None and not _PEEK & flags:
        size = _size(value[0] if isinstance(value, tuple) else value)
        note(Takes(*way, size, call()))
        if size and original.__name__ == "readall":  # it reads to the end, so all writers have closed their ends
            note(Takes(*way, 0, call()))
    return value


@HOOKS.around("os", "write writev")
@HOOKS.around("io", "FileIO.write")
@HOOKS.around("socket", "socket.send socket.sendall socket.sendmsg")
def _write(original: Any, file: Any, data: Any, *args: Any) -> Any:
    if not (way := _way(file, 0)):
        return original(file, data, *args)
    size, written = _size(data), 0
    note(Gives(*way, size, call()))
    try:
        value = original(file, data, *args)
        written = size if value is None else value
    finally:
        if written < size:
            note(Gives(*way, written - size))
    return value


@HOOKS.around("os", "sendfile")
def _send_file(original: Any, out_fd: Any, in_fd: Any, offset: Any, count: int) -> Any:
    return _write(lambda *_: original(out_fd, in_fd, offset, count), out_fd, count)


@HOOKS.around("os", "close")
@HOOKS.around("io", "FileIO.close")
@HOOKS.around("socket", "socket._real_close socket.shutdown")
def _close(original: Any, fd: Any, *args: Any) -> Any:
    if way := _way(fd, 0):
        note(Gives(*way, 0, call()))
    value = original(fd, *args)
    have_closed((fd,))
    return value


@HOOKS.around("os", "closerange")
def _close_range(original: Any, low: int, high: int) -> None:
    _let_go(range(low, high), call())
    original(low, high)
    have_closed(range(low, high))


@HOOKS.before("os", "_exit")
def end(status: int = 0) -> None:
    """Note that this process closes all that it has open, since it ends."""
    _let_go(range(sys.maxsize))


def _let_go(files: range, call: str = "") -> None:
    try:
        numbers = [int(path.name) for path in Path("/proc/self/fd").iterdir()]
    except OSError:  # the process has as many files open as it may
        return
    for number in numbers:
        if number in files and (way := _open(number, 0)):
            note(Gives(*way, 0, call))


def _size(data: Any) -> int:
    """Return how many bytes there are in a buffer or in a list of them; a number is that already."""
    if isinstance(data, list | tuple):
        return sum(map(_size, data))
    return data if isinstance(data, int) else memoryview(data).nbytes


def _way(file: Any, which: int) -> tuple[Rule, str] | None:
    """Return the same as `_open`, but None for a pipe that `multiprocessing` has for itself, as to wake a thread."""
    frame = asks = outside()
    while asks.f_back and asks.f_globals.get("__name__") == "multiprocessing.connection":
        asks = past(asks.f_back)
    own = asks is frame and str(frame.f_globals.get("__name__")).startswith("multiprocessing.")
    if own or asks.f_code.co_qualname.startswith("_ThreadWakeup."):
        return None
    return _open(file, which)


def _open(file: Any, which: int) -> tuple[Rule, str] | None:
    """Return the rule and the token of what goes into a file (`which` is 0) or comes out (1).

    It is None if the file is no stream, is closed or not connected, or if nothing can be written to it.
    """
    try:
        number = file if isinstance(file, int) else file.fileno()
        rule, names = ends(number)
        if rule is Rule.PIPE and not (which or os.lstat(f"/proc/self/fd/{number}").st_mode & stat.S_IWUSR):
            return None
    except (OSError, ValueError):  # it is closed
        return None
    return (rule, names[which]) if rule else None


# Named pipes: who opens one end waits until the other end is opened.


@HOOKS.before("os", "open")
def _open_number(path: Any, flags: int, *_: object, **__: object) -> Context:
    how = flags & (os.O_WRONLY | os.O_RDWR)
    own, others = ("rw", "") if how == os.O_RDWR else ("w", "r") if how else ("r", "w")
    return _meeting(path, own, "" if flags & os.O_NONBLOCK else others)


@HOOKS.before("io", "open")
@HOOKS.before("builtins", "open")
def _open_file(file: Any, mode: str = "r", *_: object, **__: object) -> Context:
    return _meeting(file, *("rw", "") if "+" in mode else ("r", "w") if "r" in mode else ("w", "r"))


@contextmanager
def _meeting(path: Any, own: str, others: str) -> Iterator[None]:
    number = named_pipe(path)
    for side in own if number else "":
        give(Rule.FIFO, f"{number} {side}")
    yield
    for side in others if number else "":
        take(Rule.FIFO, f"{number} {side}")


def named_pipe(path: Any) -> int:
    """Return the number (inode) of the named pipe at a path, or 0 if there is none."""
    try:
        status = Path(os.fsdecode(path)).stat()
    except (OSError, ValueError, TypeError):  # `path` is a file descriptor, or there is no such file
        return 0
    return status.st_ino if stat.S_ISFIFO(status.st_mode) else 0


# Datagrams.


@HOOKS.around("socket", "socket.sendto socket.send")
def _send_datagram(original: Any, self: Any, data: Any, *args: Any) -> Any:
    since_ns = clock_ns()  # the socket may get its address only as it sends
    value = original(self, data, *args)
    if self.type & 0xF == _DATAGRAM:
        there = args[-1] if original.__name__ == "sendto" else self.getpeername()
        note(Gives(Rule.ITEM, _datagrams(self, self.getsockname(), there, 0), 0, call()), since_ns)
    return value


def _datagram(value: Any, self: Any, *_: object) -> Token:
    if isinstance(value, BaseException) or self.type & 0xF != _DATAGRAM:
        return None
    try:
        there = value[1] if isinstance(value, tuple) else self.getpeername()
    except OSError:  # the socket is not connected, and `recv` does not say who sent the datagram
        return None
    return _datagrams(self, there, self.getsockname(), 1)


_DATAGRAMS = "socket.recvfrom socket.recvfrom_into socket.recv socket.recv_into"
HOOKS.takes(Rule.ITEM, "socket", _DATAGRAMS, _datagram)


def _datagrams(self: Any, here: Any, there: Any, which: int) -> str:
    return _between(here, there) if here or there else ends(self.fileno())[1][which]


# Connections.


@HOOKS.around("socket", "socket.connect socket.connect_ex")
def _connect(original: Any, self: Any, address: Any) -> Any:
    since_ns = clock_ns()
    try:
        return original(self, address)
    finally:
        note(Gives(Rule.CONNECT, _connection(self, address, True), _number(self.fileno()), call()), since_ns)


def _accepted(value: Any, *_: object) -> Token:
    if isinstance(value, BaseException):
        return None
    return _connection(value[0], value[1], False), _number(value[0].fileno())


HOOKS.takes(Rule.CONNECT, "socket", "socket.accept", _accepted)


@HOOKS.after("socket", "socketpair")
def _socketpair(pair: Any, *_: object, **__: object) -> None:
    token = f"pair {getpid()} {next(count)}"
    one, other = (_number(end.fileno()) for end in pair)
    note(Gives(Rule.CONNECT, token, one))
    note(Takes(Rule.CONNECT, token, other))


def _connection(self: Any, address: Any, connects: bool) -> str:
    socket: Any = sys.modules["socket"]
    if isinstance(address, tuple) and self.family != getattr(socket, "AF_UNIX", None):
        return _between(self.getsockname(), address) if connects else _between(address, self.getsockname())
    if connects:
        return f"{address} {getpid()}"
    who = self.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)  # process number, user and group
    return f"{self.getsockname()} {int.from_bytes(who[:4], sys.byteorder)}"
