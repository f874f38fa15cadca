"""Pipes and sockets: both ends of one have the same name, in each process, and what goes through is counted."""

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
_PEEK = 2  # MSG_PEEK


def _number(file: int) -> int:
    """Of what is open in this process by the number of a file, or 0."""
    try:
        return os.fstat(file).st_ino
    except OSError:  # it is closed
        return 0


_TERMINAL = _number(1), _number(2)
_ends: dict[tuple[int, int], tuple[Rule | None, tuple[str, str]]] = {}


def ends(fd: int) -> tuple[Rule | None, tuple[str, str]]:
    """By which rule a stream is read, and what is sent into a pipe or a socket, and comes out, by the names that the
    other end has for them."""
    status = os.fstat(fd)
    number = status.st_ino
    if stat.S_ISFIFO(status.st_mode):
        return Rule.PIPE, (f"{number}", f"{number}")
    if (fd, number) not in _ends:
        rule, names = None, (f"{number}>", f">{number}")  # a socket that has no name
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
    """From where to where something is sent: by ports, as a host has several names, or by names of files."""
    return ">".join(f"{place[1]}" if isinstance(place, tuple) else f"{place or ''}" for place in (here, there))


# Streams, of what is open as a file or a socket, or by its number, as a connection of `multiprocessing` is.

_RECEIVES = "recv recvfrom recv_into recvfrom_into recvmsg recvmsg_into"
_FLAGS = dict(zip(_RECEIVES.split(), (1, 1, 2, 2, 2, 2), strict=True))
"""Behind how many arguments the flags stand."""


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
        if size and original.__name__ == "readall":  # to the end
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
    """This process ends, and lets go of all that it has open."""
    _let_go(range(sys.maxsize))


def _let_go(files: range, call: str = "") -> None:
    try:
        numbers = [int(path.name) for path in Path("/proc/self/fd").iterdir()]
    except OSError:  # it may open no more files
        return
    for number in numbers:
        if number in files and (way := _open(number, 0)):
            note(Gives(*way, 0, call))


def _size(data: Any) -> int:
    """How many bytes, of what is read or written or of several, or if that is what is known."""
    if isinstance(data, list | tuple):
        return sum(map(_size, data))
    return data if isinstance(data, int) else memoryview(data).nbytes


def _way(file: Any, which: int) -> tuple[Rule, str] | None:
    """The same as `_open`, but not of what `multiprocessing` has for itself: to wake its threads, to see who ended."""
    frame = asks = outside()
    while asks.f_back and asks.f_globals.get("__name__") == "multiprocessing.connection":
        asks = past(asks.f_back)
    own = asks is frame and str(frame.f_globals.get("__name__")).startswith("multiprocessing.")
    if own or asks.f_code.co_qualname.startswith("_ThreadWakeup."):
        return None
    return _open(file, which)


def _open(file: Any, which: int) -> tuple[Rule, str] | None:
    """By which rule it is read, and its name; nothing if it is no stream or not connected, or can't be written to."""
    try:
        number = file if isinstance(file, int) else file.fileno()
        rule, names = ends(number)
        if rule is Rule.PIPE and not (which or os.lstat(f"/proc/self/fd/{number}").st_mode & stat.S_IWUSR):
            return None
    except (OSError, ValueError):  # it is closed
        return None
    return (rule, names[which]) if rule else None


# What opens a pipe that has a name waits until the other end is opened.


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
    """The number of a pipe that is opened by its name; 0 if it is none."""
    try:
        status = Path(os.fsdecode(path)).stat()
    except (OSError, ValueError, TypeError):  # it is open already, or there is nothing of this name
        return 0
    return status.st_ino if stat.S_ISFIFO(status.st_mode) else 0


# Datagrams.


@HOOKS.around("socket", "socket.sendto socket.send")
def _send_datagram(original: Any, self: Any, data: Any, *args: Any) -> Any:
    since_ns = clock_ns()  # it may have no name before
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
    except OSError:  # it is connected to nobody, and `recv` does not say who sent it
        return None
    return _datagrams(self, there, self.getsockname(), 1)


_DATAGRAMS = "socket.recvfrom socket.recvfrom_into socket.recv socket.recv_into"
HOOKS.takes(Rule.ITEM, "socket", _DATAGRAMS, _datagram)


def _datagrams(self: Any, here: Any, there: Any, which: int) -> str:
    return _between(here, there) if here or there else ends(self.fileno())[1][which]


# What connects two sockets.


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
    who = self.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)  # its number is the first of three integers
    return f"{self.getsockname()} {int.from_bytes(who[:4], sys.byteorder)}"
