"""Pipes and sockets: both ends of one have the same name, in each process, and what goes through is counted."""

import os
import stat
import sys
from collections.abc import Callable
from typing import Any

from ..notes import Gives, Takes
from ..waits import Rule
from .hooks import replace
from .notebook import call, caller, clock_ns, count, example, getpid, note, outside

_DATAGRAM = 2
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


def _of(connection: Any, which: int) -> str | None:
    try:
        return ends(connection._handle)[which]
    except (OSError, TypeError):  # it is closed
        return None


def sent(self: Any, *_: object) -> str | None:
    return _of(self, 0)


def received(value: object, self: Any, *_: object) -> str | None:
    asks = outside().f_back
    if isinstance(value, BaseException) or (asks and asks.f_code.co_name == "clear"):  # what only woke a pool's manager
        return None
    return _of(self, 1)


def ended(value: object, self: Any, *_: object) -> str | None:
    return _of(self, 1) if isinstance(value, EOFError) else None


def _sending(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: Any, data: Any, *args: Any) -> Any:
        if not (key := _key(self, 0)):
            return original(self, data, *args)
        before = _sent.get(key, 0)
        note(Gives(Rule.STREAM, key, before, call()))
        value = original(self, data, *args)
        parts = [data] if isinstance(data, bytes | bytearray | memoryview) else data
        _sent[key] = before + (sum(map(len, parts)) if value is None else value)
        return value

    return send


def _receiving(original: Callable[..., Any]) -> Callable[..., Any]:
    def recv(self: Any, *args: Any) -> Any:
        key = _key(self, 1)
        value = original(self, *args)
        if key:
            size = value if isinstance(value, int) else len(value)
            _received[key] = _received.get(key, 0) + size
            note(Takes(Rule.STREAM, key, _received[key] if size else ALL, call()))
        return value

    return recv


def _closing(original: Callable[..., Any]) -> Callable[..., Any]:
    def close(self: Any, *args: Any) -> Any:
        if key := _key(self, 0):
            note(Gives(Rule.STREAM, key, _sent.get(key, 0), call()))
        return original(self, *args)

    return close


def _key(self: Any, which: int) -> str:
    """The name of a stream, or nothing if it is none, or not connected."""
    try:
        return ends(self.fileno())[which] if self.type & 0xF == 1 else ""
    except (OSError, ValueError):
        return ""


def hook() -> None:
    """Pipes that the program itself reads and writes, by their numbers."""
    pipe, read, write, close = os.pipe, os.read, os.write, os.close

    def _pipe() -> tuple[int, int]:
        reader, writer = pipe()
        _writers.add(writer)
        return reader, writer

    def _read(fd: int, length: int, /) -> bytes:
        value = read(fd, length)
        if key := _of_program(fd):
            note(Takes(Rule.PIPE, key, len(value), call()))
        return value

    def _write(fd: int, data: Any, /) -> int:
        if key := _of_program(fd):
            note(Gives(Rule.PIPE, key, len(data), call()))
        return write(fd, data)

    def _close(fd: int) -> None:
        if fd in _writers and (key := _of_program(fd)):
            note(Gives(Rule.PIPE, key, 0, call()))
            _writers.discard(fd)
        close(fd)

    for name, function in (("pipe", _pipe), ("read", _read), ("write", _write), ("close", _close)):
        replace(os, name, function)


_writers: set[int] = set()


def _of_program(fd: int) -> str:
    """The name of a pipe, if it is the program that asks."""
    if not example(caller(2).f_code.co_filename):
        return ""
    status = os.fstat(fd)
    return f"{status.st_ino}" if stat.S_ISFIFO(status.st_mode) else ""


def _sending_to(original: Callable[..., Any]) -> Callable[..., Any]:
    def sendto(self: Any, data: Any, *args: Any) -> Any:
        since_ns = clock_ns()  # it may have no name before
        value = original(self, data, *args)
        if self.type & 0xF == _DATAGRAM:
            note(Gives(Rule.MESSAGE, f"{_place(self.getsockname())}>{_place(args[-1])}", 0, call()), since_ns)
        return value

    return sendto


def _receiving_from(original: Callable[..., Any]) -> Callable[..., Any]:
    def recvfrom(self: Any, *args: Any) -> Any:
        value = original(self, *args)
        if self.type & 0xF == _DATAGRAM:
            note(Takes(Rule.MESSAGE, f"{_place(value[1])}>{_place(self.getsockname())}", 0, call()))
        return value

    return recvfrom


def _place(address: Any) -> str:
    """A port, as a host has several names, or else the name of a file."""
    return f"{address[1]}" if isinstance(address, tuple) else f"{address or ''}"


def _connecting(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: Any, address: Any) -> Any:
        since_ns = clock_ns()
        try:
            return original(self, address)
        finally:
            note(Gives(Rule.CONNECT, _connection(self, address, True), _number(self), call()), since_ns)

    return connect


def _accepting(original: Callable[..., Any]) -> Callable[..., Any]:
    def accept(self: Any) -> Any:
        connection, address = original(self)
        note(Takes(Rule.CONNECT, _connection(connection, address, False), _number(connection), call()))
        return connection, address

    return accept


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


def _pairing(original: Callable[..., Any]) -> Callable[..., Any]:
    def pair(*args: Any, **kwargs: Any) -> Any:
        one, other = original(*args, **kwargs)
        token = f"pair {getpid()} {next(count)}"
        note(Gives(Rule.CONNECT, token, _number(one)))
        note(Takes(Rule.CONNECT, token, _number(other)))
        return one, other

    return pair


def _socket(module: Any) -> None:
    for names, around in (
        ("send sendall sendmsg", _sending),
        ("recv recv_into", _receiving),
        ("_real_close shutdown", _closing),
        ("sendto", _sending_to),
        ("recvfrom recvfrom_into", _receiving_from),
        ("connect connect_ex", _connecting),
        ("accept", _accepting),
    ):
        for name in names.split():
            if hasattr(module.socket, name):
                replace(module.socket, name, around(getattr(module.socket, name)))
    if hasattr(module, "socketpair"):
        replace(module, "socketpair", _pairing(module.socketpair))


MODULES = {"socket": _socket}
