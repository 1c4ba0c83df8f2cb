"""The name by which a service is asked for, as TLS and certificates write names."""

from igaudit.collect.resolver import is_address
from igaudit.model.target import Target


def name_of(target: Target) -> str:
    """The DNS name to ask for: that of its address, else its own where it is one; "" if neither is."""
    for name in (target.address, target.name):
        if "." in name and not is_address(name) and (written := _in_ascii(name.rstrip("."))):
            return written
    return ""


def _in_ascii(name: str) -> str:
    """The name as the DNS and certificates have it (`xn--…`); "" where it cannot be one."""
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
