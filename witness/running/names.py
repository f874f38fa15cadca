"""The name server of the examples: it knows the names that the pages look up, and nothing else."""

from __future__ import annotations

from dnslib import CLASS, QTYPE, RR, DNSRecord  # type: ignore[import-untyped]
from dnslib.server import BaseResolver, DNSLogger, DNSServer  # type: ignore[import-untyped]

ZONE = """
www.python.org.                  300 IN CNAME dualstack.python.map.fastly.net.
dualstack.python.map.fastly.net. 300 IN A     192.0.2.223
dualstack.python.map.fastly.net. 300 IN AAAA  2001:db8::223
python.org.                      300 IN MX    50 mail.python.org.
mail.python.org.                 300 IN A     192.0.2.25
"""
"""What it knows; the addresses are those that RFC 5737 and RFC 3849 set aside for documentation."""


def serve(address: str) -> None:
    """Answer at port 53 of `address` from now on, in a thread."""
    DNSServer(_Resolver(), address=address, port=53, logger=DNSLogger(logf=lambda _: None)).start_thread()


class _Resolver(BaseResolver):  # type: ignore[misc]
    """Answers from `ZONE`, following aliases."""

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
