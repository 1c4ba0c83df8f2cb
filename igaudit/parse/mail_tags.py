"""Records of `name=value` pairs, as DKIM, DMARC and TLS reports have them."""

import re

_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z", re.I)


def tags(record: str) -> dict[str, str]:
    """The values by name, in small letters; pairs are parted by semicolons (RFC 6376, section 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {
        name.strip().lower(): value.strip()
        for name, sign, value in pairs
        if sign and _NAME.match(name.strip())
    }
