"""What is to be thought of the cipher suites that Windows may use."""

from typing import Any

from igaudit.evaluate.derived_tls import class_of
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread


def suite_classes(view: FactView) -> list[dict[str, Any]] | Partial | Unread:
    """`schannel.suite_classes`: each suite with its class; the versions that use it are another fact."""
    found = view.get(("schannel", "suites"))
    if isinstance(found, Unread):
        return found
    if isinstance(found, Partial):
        return Partial([_classed(suite) for suite in found.value], found.gap)
    return [_classed(suite) for suite in found]


def _classed(suite: str) -> dict[str, Any]:
    """Only suites of TLS 1.3 name no key exchange."""
    of_class, because = class_of(suite, "TLSv1.2" if "_WITH_" in suite else "TLSv1.3")
    return {"suite": suite, "class": of_class, "because": because}
