"""A parser for collectors that need none of their own: one registry value per step."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Key, Steps, not_read, told


def values(steps: Steps) -> dict[str, object]:
    """Each step's one value as the fact of the step's name; null where the value or its key is not there."""
    return told(**{step: lambda step=step: _only(steps.key(step)) for step in steps.ids()})


def _only(key: Key) -> object:
    if not key.exists or not key.values:
        return None
    if len(key.values) > 1:
        raise not_read(Reason.UNPARSABLE, f"{key.name}: more than one value")
    ((name, said),) = key.values.items()
    kind = said.get("kind")
    if kind in ("DWord", "QWord"):
        return key.number(name)
    return key.texts(name) if kind == "MultiString" else key.text(name)
