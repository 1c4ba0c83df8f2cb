"""The addresses from which the Tor network lets its traffic out.

The list is plain text, one address per line, and bears no date. Data: `addresses`.
"""

import ipaddress
from collections.abc import Sequence

from igaudit.errors import ContentError
from igaudit.feeds.source import Data, Document, Reading, text_of


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """The addresses, each once; raises ContentError with the line that is none."""
    (document,) = documents
    found: set[str] = set()
    for number, line in enumerate(text_of(document).splitlines(), 1):
        if text := line.partition("#")[0].strip():
            found.add(_address(text, document, number))
    if not found:
        raise ContentError.at(document.name, "no address in it")
    return Reading("", {"addresses": sorted(found)})


def _address(text: str, document: Document, number: int) -> str:
    try:
        return ipaddress.ip_address(text).compressed
    except ValueError:
        raise ContentError.at(document.name, f"no address: {text[:60]!r}", number) from None
