"""/etc/shadow as the probe tells it: `shadow name:field:changed:max:expires`, the field without its hash.

What stands for the field: the signs that lock it (`!`, `*`), then the scheme between the first two dollar
signs, or the number of characters where there is none (`_20` where they begin with an underscore).
"""

import re
from collections.abc import Mapping

from igaudit.parse import Unparsable, stock

# crypt(5). Prefixes that are not here are `other`.
_SCHEMES: Mapping[str, str] = {
    "y": "yescrypt",
    "gy": "gost-yescrypt",
    "7": "scrypt",
    "2a": "bcrypt",
    "2b": "bcrypt",
    "2y": "bcrypt",
    "6": "sha512crypt",
    "5": "sha256crypt",
    "sha1": "sha1crypt",
    "md5": "sunmd5",
    "1": "md5crypt",
    "3": "nthash",
}
_FIELD = re.compile(
    r"(?P<signs>[!*]*)(?:\$(?P<scheme>[a-z0-9-]*)[$,]|(?P<underscore>_?)(?P<length>[0-9]{1,6}))?\Z"
)
_DES_LENGTH = 13
_DAY = 86400


def passwords(text: str) -> dict[str, object]:
    """One record per account of /etc/shadow, and per account of /etc/passwd with a field of its own."""
    records = []
    for number, line in enumerate(text.splitlines(), 1):
        word, _, rest = line.partition(" ")
        if word not in ("shadow", "passwd") or rest.startswith(("+", "-")):
            continue
        cells = rest.split(":")
        if len(cells) != (5 if word == "shadow" else 2):
            raise Unparsable(f"line {number}: {word}: {len(cells)} fields")
        account, field, *ages = cells
        records.append({"account": account, **_state(field, number), **_ages(*ages)})
    if not records:
        raise Unparsable("not one account in /etc/shadow")
    return {"passwords": records}


def _state(field: str, number: int) -> dict[str, object]:
    found = _FIELD.match(field)
    if found is None:
        raise Unparsable(f"line {number}: this is not how a password field is told")
    scheme = _scheme(found)
    if found["signs"] or (scheme is None and field):
        return {"state": "locked", "scheme": scheme}
    return {"state": "set" if scheme else "empty", "scheme": scheme}


def _scheme(found: re.Match[str]) -> str | None:
    if found["scheme"] is not None:
        return _SCHEMES.get(found["scheme"], "other")
    if found["underscore"]:
        return "bsdicrypt"
    length = int(found["length"] or 0)
    # Fewer characters than DES makes are no hash: no password fits.
    return None if length < _DES_LENGTH else "descrypt" if length == _DES_LENGTH else "other"


def _ages(changed: str = "", most: str = "", expires: str = "") -> dict[str, object]:
    return {
        "last_changed": _date(changed),
        "max_days": int(most) if re.fullmatch(r"[0-9]{1,9}", most) else None,
        "expires": _date(expires),
    }


def _date(days: str) -> str | None:
    """Days since 1970 as a date; 0 asks for a change at the next sign-in, and is no date."""
    if not re.fullmatch(r"[0-9]{1,6}", days) or int(days) == 0:
        return None
    return stock.epoch_date(int(days) * _DAY)
