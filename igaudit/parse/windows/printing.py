"""Who may install printer drivers."""

from igaudit.parse.windows.choices import switched
from igaudit.parse.windows.steps import Meta, Steps, told

# The updates of 10 August 2021, since which only administrators install printer drivers where nothing is set
# (Microsoft, KB5005652), by the revision that they brought each build to.
_ADMINISTRATORS_SINCE = {
    10240: 19022,
    14393: 4583,
    17763: 2114,
    18363: 1734,
    19041: 1165,
    19042: 1165,
    19043: 1165,
}
# Everything that came out later, Windows Server 2022 (20348) first, had it from the start.
_ALWAYS_SINCE = 19044


def settings(steps: Steps) -> dict[str, object]:
    """The policy for Point and Print."""
    return told(drivers_by_administrators_alone=lambda: _restricted(steps))


def _restricted(steps: Steps) -> bool:
    name = "RestrictDriverInstallationToAdministrators"
    return switched(steps.key("point_and_print").number(name), _default(steps.meta), name)


def _default(meta: Meta) -> bool | None:
    if meta.build >= _ALWAYS_SINCE:
        return True
    needed = _ADMINISTRATORS_SINCE.get(meta.build)
    return meta.ubr >= needed if needed and meta.ubr else None
