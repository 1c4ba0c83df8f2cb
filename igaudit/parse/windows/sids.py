"""Security identifiers: whom one stands for, whatever the language calls it.

Source: Microsoft, "Well-known SIDs" ([MS-DTYP] 2.4.2.4); the last number of an account's SID is its RID.
"""

import re

_ACCOUNT = re.compile(r"(S-1-5-21-[0-9]+-[0-9]+-[0-9]+)-([0-9]+)\Z")
_SID = re.compile(r"S-1(-[0-9]+)+\Z")
# Everyone; whoever signed in locally, at the console, by telephone, over the network, as a batch job, at the
# keyboard, by Remote Desktop, by NTLM, SChannel or Digest, or as a directory or a service vouches; every
# known account; this organisation; all users; local accounts; besides the anonymous and guests below.
_WIDE = frozenset(
    {
        *("S-1-1-0", "S-1-2-0", "S-1-5-2", "S-1-5-3", "S-1-5-4", "S-1-5-11", "S-1-5-13", "S-1-5-14"),
        *("S-1-5-15", "S-1-5-32-545", "S-1-5-32-554", "S-1-5-113", "S-1-15-2-1", "S-1-2-1", "S-1-5-1"),
        *("S-1-5-64-10", "S-1-5-64-14", "S-1-5-64-21", "S-1-18-1", "S-1-18-2"),
    }
)
_NOBODY_KNOWN = frozenset(("S-1-5-7", "S-1-5-32-546"))
_DOMAIN_USERS, _DOMAIN_GUESTS, _DOMAIN_COMPUTERS, _GUEST = 513, 514, 515, 501
ADMINISTRATOR, DOMAIN_ADMINS, ENTERPRISE_ADMINS = 500, 512, 519
EVERYONE = "S-1-1-0"


def is_sid(text: str) -> bool:
    """Whether it has the shape of a SID."""
    return bool(_SID.match(text))


def rid(sid: str) -> int | None:
    """The RID of an account of a machine or a domain; None for any other SID."""
    found = _ACCOUNT.match(sid)
    return int(found[2]) if found else None


def authority(sid: str) -> str:
    """The SID of the machine or domain that an account is of; "" for any other SID."""
    found = _ACCOUNT.match(sid)
    return found[1] if found else ""


def anonymous(sid: str) -> bool:
    """Whether it stands for people who prove nothing: the anonymous, guests, the guest account."""
    return sid in _NOBODY_KNOWN or rid(sid) in (_GUEST, _DOMAIN_GUESTS)


def wide(sid: str) -> bool:
    """Whether it stands for everybody, or for all who can sign in: nobody is agreed one by one."""
    return sid in _WIDE or anonymous(sid) or rid(sid) in (_DOMAIN_USERS, _DOMAIN_COMPUTERS)


def group_of(sid: str) -> str:
    """How many people it stands for: nobody-known, everyone, all-accounts, or named."""
    if anonymous(sid):
        return "nobody-known"
    if sid == EVERYONE:
        return "everyone"
    return "all-accounts" if wide(sid) else "named"


def entra(sid: str) -> bool:
    """Whether it is a user, group or role of Entra ID."""
    return sid.startswith("S-1-12-1-")


def service(sid: str) -> bool:
    """Whether it is a service or the system itself."""
    return sid in ("S-1-5-6", "S-1-5-18", "S-1-5-19", "S-1-5-20") or sid.startswith("S-1-5-80-")
