"""The name server of the examples: it knows the names that the pages look up, and nothing else."""

from __future__ import annotations

import _thread
import socket

from dnslib import QTYPE, RR, DNSRecord  # type: ignore[import-untyped]

ZONE = """
www.python.org.                  300 IN CNAME dualstack.python.map.fastly.net.
dualstack.python.map.fastly.net. 300 IN A     192.0.2.223
dualstack.python.map.fastly.net. 300 IN AAAA  2001:db8::223
python.org.                      300 IN MX    50 mail.python.org.
mail.python.org.                 300 IN A     192.0.2.25
"""
"""What it knows; the addresses are those that RFC 5737 and RFC 3849 set aside for documentation."""


def serve() -> None:
    """Answer at port 53 of this machine from now on."""
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    _thread.start_new_thread(_serve, (server,))  # Thread.start would wait for it


def _serve(server: socket.socket) -> None:
    while True:
        question, client = server.recvfrom(1 << 16)
        try:
            answer = reply(question)
        except Exception:  # it was no question
            continue
        server.sendto(answer, client)


def reply(question: bytes) -> bytes:
    """The answer to a question, following aliases."""
    request = DNSRecord.parse(question)
    reply, wanted = request.reply(aa=0), request.q.qname
    for record in RR.fromZone(ZONE):  # an alias stands above what it leads to
        if record.rname == wanted and record.rtype in (QTYPE.CNAME, request.q.qtype):
            reply.add_answer(record)
            wanted = record.rdata.label if record.rtype == QTYPE.CNAME else wanted
    packed: bytes = reply.pack()
    return packed
