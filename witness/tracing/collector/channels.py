"""Pipes and sockets: both ends of one have the same token in each process, and the bytes that pass are counted."""

import os
import stat
import sys
from binascii import crc32
from contextlib import closing
from pathlib import Path
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule
from .asking import call, outside, past
from .notebook import clock_ns, count, getpid, have_closed, note
from .sync import Syncs, Token

HOOKS = Syncs()
_STREAM, _DATAGRAM = 1, 2
_PEEK = 2  # `socket.MSG_PEEK`

_TERMINAL = {os.fstat(file).st_ino for file in (1, 2) if os.path.lexists(f"/proc/self/fd/{file}")}


def ends(fd: int) -> tuple[Rule | None, tuple[str, str]]:
    """Return the rule of a pipe or socket, or None, and the tokens of what goes into it and of what comes out.

    Those of the two ends of a stream socket differ: see `history.py`. A datagram has that of the address it is sent to.
    """
    status = os.fstat(fd)
    number = status.st_ino
    if stat.S_ISFIFO(status.st_mode):
        return Rule.PIPE, (f"{number}", f"{number}")
    _socket: Any = sys.modules.get("_socket")
    if not (_socket and stat.S_ISSOCK(status.st_mode)) or number in _TERMINAL:
        return None, ("", "")
    with closing(_socket.socket(fileno=os.dup(fd))) as own:
        if own.type & 0xF == _DATAGRAM:
            try:
                peer = own.getpeername()
            except OSError:  # it is not connected
                peer = ""
            return Rule.DATAGRAM, (_place(peer), _place(own.getsockname()))
        return Rule.STREAM if own.type & 0xF == _STREAM else None, (f"{number}>", f">{number}")


def _place(address: Any) -> str:
    """Return the port of an address, as a host has several names, or the path of one that has no port."""
    return f"{address[1] if isinstance(address, tuple) else address}"


# Streams, given as a file, a socket, or a file descriptor, which a connection of `multiprocessing` uses.

RECEIVES = "socket.recv socket.recvfrom socket.recv_into socket.recvfrom_into socket.recvmsg socket.recvmsg_into"
_FLAGS = {"recv": 1, "recvfrom": 1, "recv_into": 2, "recvfrom_into": 2, "recvmsg": 2, "recvmsg_into": 2}
"""For each function, how many arguments come before the flags."""


@HOOKS.around("os", "read readv")
@HOOKS.around("io", "FileIO.read FileIO.readinto FileIO.readall")
@HOOKS.around("socket", RECEIVES)
def _read(original: Any, file: Any, *args: Any, **kwargs: Any) -> Any:
    way = _way(file, 1)
    value = original(file, *args, **kwargs)
    flags = kwargs.get("flags", next(iter(args[_FLAGS.get(original.__name__, len(args)) :]), 0))
    if way and value is not None and not _PEEK & flags:
        got = value[0] if isinstance(value, tuple) else value
        size = _size(got) or 0
        note(Takes(*_of(way, got, *args), size, call()))
        if size and original.__name__ == "readall":  # it reads to the end, so all writers have closed their ends
            note(Takes(*way, 0, call()))
    return value


@HOOKS.around("os", "write writev")
@HOOKS.around("io", "FileIO.write")
@HOOKS.around("socket", "socket.send socket.sendall socket.sendmsg")
def _write(original: Any, file: Any, *args: Any) -> Any:
    size = _size(*args[:1])
    if size is None or not (way := _way(file, 0)):
        return original(file, *args)
    written, way = 0, _of(way, args[0])
    note(Gives(*way, size, call()))
    try:
        value = original(file, *args)
        written = size if value is None else value
    finally:
        if written < size:
            note(Gives(*way, written - size))
    return value


@HOOKS.before("socket", "socket.sendto")
def _send_to(self: Any, data: Any, *args: Any) -> None:
    if args and self.type & 0xF == _DATAGRAM and (size := _size(data)) is not None:
        note(Gives(*_of((Rule.DATAGRAM, _place(args[-1])), data), size, call()))


def _of(way: tuple[Rule, str], data: Any, *buffers: Any) -> tuple[Rule, str]:
    """Return `way` itself for a stream, and for a datagram one whose token tells what is in it.

    That is `data`, or if it is a number, as many bytes of the first of `buffers`. Each may be a list of buffers.
    """
    if way[0] is not Rule.DATAGRAM:
        return way
    parts = buffers[0] if isinstance(data, int) else data
    whole = b"".join(parts if isinstance(parts, list | tuple) else [parts])
    return way[0], f"{way[1]} {crc32(whole[:data] if isinstance(data, int) else whole)}"


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


def _size(data: Any = "") -> int | None:
    """Return how many bytes there are in a buffer or in a list of them; a number is that already.

    It is None for anything else: the call itself says so.
    """
    if isinstance(data, int):
        return data
    try:
        return sum(memoryview(part).nbytes for part in (data if isinstance(data, list | tuple) else [data]))
    except TypeError:
        return None


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

    It is None if the file is no pipe or socket, is closed or not connected, or if nothing can be written to it.
    """
    try:
        number = file if isinstance(file, int) else file.fileno()
        rule, names = ends(number)
        if rule is Rule.PIPE and not (which or os.lstat(f"/proc/self/fd/{number}").st_mode & stat.S_IWUSR):
            return None
    except (AttributeError, OSError, ValueError):  # it is closed, or no file: the call itself says so
        return None
    return (rule, names[which]) if rule and names[which] else None


# Connections.


@HOOKS.around("socket", "socket.connect socket.connect_ex")
def _connect(original: Any, self: Any, address: Any) -> Any:
    since_ns = clock_ns()
    try:
        return original(self, address)
    finally:
        note(Gives(Rule.CONNECT, _connection(self, address, True), os.fstat(self.fileno()).st_ino, call()), since_ns)


def _accepted(value: Any, *_: object) -> Token:
    if isinstance(value, BaseException):
        return None
    return _connection(value[0], value[1], False), os.fstat(value[0].fileno()).st_ino


HOOKS.takes(Rule.CONNECT, "socket", "socket.accept", _accepted)


@HOOKS.after("socket", "socketpair")
def _socketpair(pair: Any, *_: object, **__: object) -> None:
    token = f"pair {getpid()} {next(count)}"
    one, other = (os.fstat(end.fileno()).st_ino for end in pair)
    note(Gives(Rule.CONNECT, token, one))
    note(Takes(Rule.CONNECT, token, other))


def _connection(self: Any, address: Any, connects: bool) -> str:
    """Return the token of a connection, such as its two ports: a host has several names."""
    socket: Any = sys.modules["socket"]
    if isinstance(address, tuple) and self.family != getattr(socket, "AF_UNIX", None):
        own, other = self.getsockname()[1], address[1]
        return f"{own}>{other}" if connects else f"{other}>{own}"
    if connects:
        return f"{address} {getpid()}"
    who = self.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)  # process number, user and group
    return f"{self.getsockname()} {int.from_bytes(who[:4], sys.byteorder)}"
