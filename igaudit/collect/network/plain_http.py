"""How a service answers plain HTTP: closed, sent on to HTTPS, or served as it stands."""

from igaudit.collect.network.http_head import Head, read_head, request
from igaudit.collect.network.tls_ask import Asker
from igaudit.collect.network.tls_wire import Line, why
from igaudit.errors import Unreachable


def look(asker: Asker, name: str) -> dict[str, object]:
    """`closed`, or the status of the answer to one HEAD, and where it sends the caller; raises Unreachable.

    A port that refuses the connection is closed; one that says nothing may be filtered, or busy.
    """
    asker.connections += 1
    try:
        with Line(asker.address, asker.port, asker.limits.connect) as line:
            line.send(request(name))
            head = read_head(line.more)
    except ConnectionRefusedError:
        return {"asked_for": name, "closed": True, "connections": asker.connections}
    except (OSError, ValueError) as error:
        raise Unreachable(f"port {asker.port}: {why(error)}") from error
    return {"asked_for": name, "closed": False, "http": shown(head), "connections": asker.connections}


def shown(head: Head) -> dict[str, object]:
    """What of a head is kept: its status, where it sends the caller, and HSTS."""
    return {
        "status": head.status,
        "location": next(iter(head.all("location")), None),
        "hsts": list(head.all("strict-transport-security")),
    }
