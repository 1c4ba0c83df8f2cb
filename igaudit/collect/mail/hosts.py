"""The TLS of a mail server, in a glance: the servers of others are asked no more than it takes."""

from igaudit.collect.mail.dns import Answer, Questions
from igaudit.collect.mail.sts import address_of
from igaudit.collect.network.tls_ask import Asker
from igaudit.collect.network.tls_glance import glance
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable

PORT = 25


def look_at_host(name: str, ask: Questions, limits: Limits) -> Answer:
    """`{"seen": …}`; `{"refused": why}` where it has no address; `{"unread": why}`."""
    address = address_of(name, ask)
    if "address" not in address:
        return address
    asker = Asker(str(address["address"]), PORT, "smtp", name, limits)
    try:
        return {"seen": {"asked_for": name, **glance(asker), "connections": asker.connections}}
    except Unreachable as error:
        return {"unread": str(error)}
