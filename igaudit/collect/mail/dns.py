"""Questions to the DNS, and answers that keep apart "there is none" and "could not be asked"."""

from dataclasses import dataclass, field

import dns.exception
import dns.name
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

MOST_QUESTIONS = 200
"""The most questions that are asked for one domain."""

_LIFETIME = 8.0
_LONGEST = 4096
Answer = dict[str, object]


@dataclass(slots=True)
class Questions:
    """Asks a resolver, each question once. `resolver` None is the one that this machine uses."""

    resolver: dns.resolver.Resolver | None = None
    lifetime: float = _LIFETIME
    left: int = MOST_QUESTIONS
    blind: str = ""
    known: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def ask(self, name: str, kind: str) -> Answer:
        """`{"records": […]}`, empty where there are none; or `{"unread": why}`."""
        key = (name.lower().rstrip("."), kind)
        if key not in self.known:
            self.known[key] = self._asked(*key)
        return self.known[key]

    def must_be_public(self, domain: str) -> None:
        """Leave everything open where the resolver does not know the top-level domain: "no such name" of a
        resolver that is cut off from the public DNS says nothing about what others are told.
        """
        top = domain.rstrip(".").rpartition(".")[2]
        answer = self.ask(top, "SOA")
        if answer.get("records") == []:
            self.blind = f"the resolver of this machine does not know .{top}: it is not of the public DNS"

    def _asked(self, name: str, kind: str) -> Answer:
        if self.blind:
            return {"unread": self.blind}
        if self.left <= 0:
            return {"unread": f"stopped after {MOST_QUESTIONS} questions"}
        self.left -= 1
        try:
            self.resolver = self.resolver or dns.resolver.Resolver()
            found = self.resolver.resolve(f"{name}.", kind, lifetime=self.lifetime, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return {"records": []}
        except dns.resolver.NoNameservers:
            return {"unread": "the name servers answer with an error (SERVFAIL or REFUSED)"}
        except dns.exception.Timeout:
            return {"unread": "no answer in time"}
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return {"unread": f"{type(error).__name__}: {error}"[:200]}
        return {"records": sorted(_text(rdata) for rdata in found)}


def _text(rdata: object) -> str:
    """A TXT record is one text in pieces (RFC 7208, section 3.3); others as they are written."""
    if isinstance(rdata, TXT):
        return b"".join(rdata.strings).decode("utf-8", "replace")[:_LONGEST]
    return str(rdata)[:_LONGEST]


def records(answer: Answer) -> list[str]:
    """The records of an answer; none where it is unread."""
    found = answer.get("records")
    return [str(record) for record in found] if isinstance(found, list) else []
