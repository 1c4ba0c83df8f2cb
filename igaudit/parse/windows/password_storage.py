"""In what form Windows keeps the passwords of its accounts."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.registry import not_read
from igaudit.parse.windows.steps import Steps, told


def settings(steps: Steps) -> dict[str, object]:
    """`lm_hashes`: Windows' setup writes NoLMHash; what its absence means is not documented."""
    return told(lm_hashes=lambda: _lm_hashes(steps))


def _lm_hashes(steps: Steps) -> bool:
    said = steps.key("lsa").number("NoLMHash")
    if said is None:
        raise not_read(Reason.UNSUPPORTED, "NoLMHash is not set, and what that means is not documented")
    return said == 0
