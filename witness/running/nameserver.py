"""A name server for the examples. It knows the names that the pages look up, and nothing else."""

import _thread
import socket

from dnslib import QTYPE, RR, DNSRecord

ZONE = """
www.python.org.                  300 IN CNAME dualstack.python.map.fastly.net.
dualstack.python.map.fastly.net. 300 IN A     192.0.2.223
dualstack.python.map.fastly.net. 300 IN AAAA  2001:db8::223
python.org.                      300 IN MX    50 mail.python.org.
mail.python.org.                 300 IN A     192.0.2.25
"""
"""The records that it serves; RFC 5737 and RFC 3849 reserve these addresses for documentation."""


def serve() -> None:
    """Start a thread that answers queries at port 53 of this machine."""
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    _thread.start_new_thread(_serve, (server,))  # unlike Thread.start, doesn't wait for the thread


def _serve(server: socket.socket) -> None:
    while True:
        question, client = server.recvfrom(1 << 16)
        try:
            answer = reply(question)
        except Exception:  # not a DNS query
            continue
        server.sendto(answer, client)


def reply(question: bytes) -> bytes:
    """Return the response to a DNS query, following aliases."""
    request = DNSRecord.parse(question)
    reply, wanted = request.reply(aa=0), request.q.qname
    for record in RR.fromZone(ZONE):  # one pass will do, as an alias stands above its target
        if record.rname == wanted and record.rtype in (QTYPE.CNAME, request.q.qtype):
            reply.add_answer(record)
            wanted = record.rdata.label if record.rtype == QTYPE.CNAME else wanted
    packed: bytes = reply.pack()
    return packed
