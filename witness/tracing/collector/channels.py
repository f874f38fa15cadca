"""Pipes and sockets: both ends of one have the same name, in each process, and what goes through is counted."""

import os
import stat
import sys
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule
from .notebook import call, clock_ns, count, getpid, note, outside, past
from .sync import Syncs, Token

HOOKS = Syncs()
_STREAM, _DATAGRAM = 1, 2
_PEEK = 2  # MSG_PEEK
ALL = float(2**62)
"""What has come when the other end has ended, that is all of it."""

_ends: dict[tuple[int, int], tuple[str, str]] = {}
_sent: dict[str, int] = {}
_received: dict[str, int] = {}


def ends(fd: int) -> tuple[str, str]:
    """What is sent into a pipe or a socket, and what comes out, by the names that the other end has for them."""
    status = os.fstat(fd)
    number = status.st_ino
    if stat.S_ISFIFO(status.st_mode):
        return f"{number}", f"{number}"
    if (fd, number) not in _ends:
        _ends[fd, number] = f"{number}>", f">{number}"  # a socket that has no name
        _socket: Any = sys.modules.get("_socket")
        own = _socket.socket(fileno=os.dup(fd)) if _socket and stat.S_ISSOCK(status.st_mode) else None
        if own is not None:
            try:
                if own.family in (_socket.AF_INET, _socket.AF_INET6):
                    here, there = _named(own)
                    _ends[fd, number] = f"{here}>{there}", f"{there}>{here}"
            finally:
                own.close()
    return _ends[fd, number]


def _named(own: Any) -> tuple[object, object]:
    return own.getsockname()[:2], own.getpeername()[:2]


# Connections of `multiprocessing`.

CONNECTIONS = "multiprocessing.connection"


def _of(connection: Any, which: int) -> str | None:
    try:
        return ends(connection._handle)[which]
    except (OSError, TypeError):  # it is closed
        return None


def _sent_to(self: Any, *_: object) -> Token:
    return _of(self, 0)


def received(value: object, self: Any, *_: object) -> str | None:
    asks = outside().f_back
    if isinstance(value, BaseException) or (asks and past(asks).f_code.co_name == "clear"):  # it only woke a manager
        return None
    return _of(self, 1)


def _ended(value: object, self: Any, *_: object) -> Token:
    return _of(self, 1) if isinstance(value, EOFError) else None


HOOKS.gives(Rule.MESSAGE, CONNECTIONS, "Connection._send_bytes", _sent_to)
HOOKS.takes(Rule.MESSAGE, CONNECTIONS, "Connection._recv_bytes", received)
HOOKS.gives(Rule.CLOSED, CONNECTIONS, "Connection._close", _sent_to)
HOOKS.takes(Rule.CLOSED, CONNECTIONS, "Connection._recv_bytes", _ended)

# Streams.


@HOOKS.around("socket", "socket.send socket.sendall socket.sendmsg")
def _send(original: Any, self: Any, data: Any, *args: Any) -> Any:
    if not (key := _key(self, 0)):
        return original(self, data, *args)
    before = _sent.get(key, 0)
    note(Gives(Rule.STREAM, key, before, call()))
    value = original(self, data, *args)
    _sent[key] = before + (memoryview(data).nbytes if value is None else value)
    return value


@HOOKS.around("socket", "socket.recv socket.recvfrom")
@HOOKS.around("socket", "socket.recv_into socket.recvfrom_into socket.recvmsg socket.recvmsg_into")
def _recv(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    key = _key(self, 1)
    value = original(self, *args, **kwargs)
    if key and not _PEEK & kwargs.get("flags", next(iter(args[_FLAGS[original.__name__] :]), 0)):
        size = _size(value[0] if isinstance(value, tuple) else value)
        _received[key] = _received.get(key, 0) + size
        note(Takes(Rule.STREAM, key, _received[key] if size else ALL, call()))
    return value


_FLAGS = {"recv": 1, "recvfrom": 1, "recv_into": 2, "recvfrom_into": 2, "recvmsg": 2, "recvmsg_into": 2}
"""Behind how many arguments the flags stand."""


def _size(data: Any) -> int:
    """Of what is read or written, or how much of it was."""
    return data if isinstance(data, int) else memoryview(data).nbytes


@HOOKS.around("socket", "socket._real_close socket.shutdown")
def _close_socket(original: Any, self: Any, *args: Any) -> Any:
    if key := _key(self, 0):
        note(Gives(Rule.STREAM, key, _sent.get(key, 0), call()))
    return original(self, *args)


def _key(self: Any, which: int) -> str:
    """The name of a stream, or nothing if it is none, or not connected."""
    try:
        return ends(self.fileno())[which] if self.type & 0xF == _STREAM else ""
    except (OSError, ValueError):
        return ""


# Pipes, by their numbers or as files.

_writers: set[int] = set()


@HOOKS.around("os", "pipe")
def _pipe(original: Any) -> tuple[int, int]:
    reader, writer = original()
    _writers.add(writer)
    return reader, writer


def _read(value: Any, file: Any, *_: object) -> Token:
    got = value is not None and not isinstance(value, BaseException)
    return (key, _size(value)) if got and (key := _pipe_of(file)) else None


def _written(file: Any, data: Any) -> Token:
    return (key, _size(data)) if (key := _pipe_of(file)) else None


def _closed(file: Any) -> Token:
    if isinstance(file, int):
        writes = file in _writers
        _writers.discard(file)
    else:
        writes = not file.closed and file.writable()
    return _pipe_of(file) or None if writes else None


HOOKS.takes(Rule.PIPE, "os", "read", _read)
HOOKS.gives(Rule.PIPE, "os", "write", _written)
HOOKS.gives(Rule.PIPE, "os", "close", _closed)
HOOKS.takes(Rule.PIPE, "io", "FileIO.read FileIO.readinto FileIO.readall", _read)
HOOKS.gives(Rule.PIPE, "io", "FileIO.write", _written)
HOOKS.gives(Rule.PIPE, "io", "FileIO.close", _closed)


def _pipe_of(file: Any) -> str:
    """The name of a pipe; what goes through those of `multiprocessing` are messages."""
    if outside().f_globals.get("__name__", "").startswith("multiprocessing."):
        return ""
    try:
        status = os.fstat(file if isinstance(file, int) else file.fileno())
    except (OSError, ValueError):  # it is closed
        return ""
    return f"{status.st_ino}" if stat.S_ISFIFO(status.st_mode) else ""


# Datagrams.


@HOOKS.around("socket", "socket.sendto")
def _sendto(original: Any, self: Any, data: Any, *args: Any) -> Any:
    since_ns = clock_ns()  # it may have no name before
    value = original(self, data, *args)
    if self.type & 0xF == _DATAGRAM:
        note(Gives(Rule.MESSAGE, f"{_place(self.getsockname())}>{_place(args[-1])}", 0, call()), since_ns)
    return value


def _datagram(value: Any, self: Any, *_: object) -> Token:
    if isinstance(value, BaseException) or self.type & 0xF != _DATAGRAM:
        return None
    return f"{_place(value[1])}>{_place(self.getsockname())}"


HOOKS.takes(Rule.MESSAGE, "socket", "socket.recvfrom socket.recvfrom_into", _datagram)


def _place(address: Any) -> str:
    """A port, as a host has several names, or else the name of a file."""
    return f"{address[1]}" if isinstance(address, tuple) else f"{address or ''}"


# What connects two sockets.


@HOOKS.around("socket", "socket.connect socket.connect_ex")
def _connect(original: Any, self: Any, address: Any) -> Any:
    since_ns = clock_ns()
    try:
        return original(self, address)
    finally:
        note(Gives(Rule.CONNECT, _connection(self, address, True), _number(self), call()), since_ns)


def _accepted(value: Any, *_: object) -> Token:
    return None if isinstance(value, BaseException) else (_connection(value[0], value[1], False), _number(value[0]))


HOOKS.takes(Rule.CONNECT, "socket", "socket.accept", _accepted)


@HOOKS.around("socket", "socketpair")
def _socketpair(original: Any, *args: Any, **kwargs: Any) -> Any:
    one, other = original(*args, **kwargs)
    token = f"pair {getpid()} {next(count)}"
    note(Gives(Rule.CONNECT, token, _number(one)))
    note(Takes(Rule.CONNECT, token, _number(other)))
    return one, other


def _connection(self: Any, address: Any, connects: bool) -> str:
    socket: Any = sys.modules["socket"]
    if isinstance(address, tuple) and self.family != getattr(socket, "AF_UNIX", None):
        return f"{self.getsockname()[:2]}>{address[:2]}" if connects else f"{address[:2]}>{self.getsockname()[:2]}"
    if connects:
        return f"{address} {getpid()}"
    who = self.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)  # its number is the first of three integers
    return f"{self.getsockname()} {int.from_bytes(who[:4], sys.byteorder)}"


def _number(self: Any) -> int:
    return os.fstat(self.fileno()).st_ino
