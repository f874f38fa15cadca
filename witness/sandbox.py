"""Confine the process that runs examples, as far as the machine allows (Linux); elsewhere say what is missing.

The examples get a network of their own: a loopback on which every port is free, nothing beyond it, and a name server on
port 53 that knows the names which the pages look up. Their orphans come to the process that runs them, which ends them.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from dnslib import CLASS, QTYPE, RR, DNSRecord  # type: ignore[import-untyped]
from dnslib.server import BaseResolver, DNSLogger, DNSServer  # type: ignore[import-untyped]

from witness import elsewhere

ZONE = """
www.python.org.                  300 IN CNAME dualstack.python.map.fastly.net.
dualstack.python.map.fastly.net. 300 IN A     192.0.2.223
dualstack.python.map.fastly.net. 300 IN AAAA  2001:db8::223
python.org.                      300 IN MX    50 mail.python.org.
mail.python.org.                 300 IN A     192.0.2.25
"""
"""What the name server knows; the addresses are those that RFC 5737 and RFC 3849 set aside for documentation."""

# From <sched.h>, <sys/mount.h>, <sys/prctl.h>, <linux/sockios.h> and <net/if.h>.
_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1

missing: list[str] = []
"""What this process lacks to confine examples, after `enter`."""


def enter() -> None:
    """Confine this process and those that it starts. Run once, in a process that only runs examples."""
    # Handlers of its own: what is ignored here would be ignored in the examples too.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # there is no program yet to be ended first
    if sys.platform == "linux":
        _confine()
    else:
        missing.append(elsewhere.MISSING)
    signal.signal(signal.SIGTERM, _leave)


def _confine() -> None:
    import fcntl

    libc = ctypes.CDLL(None, use_errno=True)

    def call(name: str, *arguments: object) -> None:
        if getattr(libc, name)(*arguments) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)

    call("prctl", _PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    parent = multiprocessing.parent_process()
    if parent and parent.pid != os.getppid():
        sys.exit(1)  # it ended before it could be noted
    call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        user, group = os.getuid(), os.getgid()
        call("unshare", _CLONE_NEWNET | _CLONE_NEWNS | (_CLONE_NEWUSER if user else 0))
        if user:
            for file, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{user} {user} 1"),
                ("gid_map", f"{group} {group} 1"),
            ):
                Path("/proc/self", file).write_text(text)
        with socket.socket() as control:
            fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _IFF_UP))
        with suppress(OSError):
            # A port is free again at once (no TIME_WAIT): another example in this process may want it.
            Path("/proc/sys/net/ipv4/tcp_max_tw_buckets").write_text("0")
        call("mount", b"none", b"/", None, _MS_REC | _MS_PRIVATE, None)
        with tempfile.NamedTemporaryFile("w", prefix="witness-") as resolver:
            resolver.write("nameserver 127.0.0.1\n")
            resolver.flush()
            Path(resolver.name).chmod(0o644)
            call("mount", resolver.name.encode(), b"/etc/resolv.conf", None, _MS_BIND, None)
        DNSServer(_Resolver(), address="127.0.0.1", port=53, logger=DNSLogger(logf=lambda _: None)).start_thread()
    except OSError as error:
        missing.append(f"no network of its own ({error.filename or 'network'}: {error.strerror})")


def _leave(*_: object) -> None:
    """End the program that is running, then this process. Comes once."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    sys.exit(1)


class _Resolver(BaseResolver):  # type: ignore[misc]
    """Answers from `ZONE`, following aliases, and knows nothing else."""

    def resolve(self, request: DNSRecord, handler: object) -> DNSRecord:
        reply = request.reply(aa=0)
        records = RR.fromZone(ZONE)
        wanted = request.q.qname
        while alias := next((rr for rr in records if rr.rname == wanted and rr.rtype == QTYPE.CNAME), None):
            reply.add_answer(alias)
            wanted = alias.rdata.label
        for record in records:
            if record.rname == wanted and record.rtype == request.q.qtype and record.rclass == CLASS.IN:
                reply.add_answer(record)
        return reply
