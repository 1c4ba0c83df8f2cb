"""AutoRun and AutoPlay: what happens by itself when a medium is put in."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import switched
from igaudit.parse.windows.steps import Steps, not_read, told

# The bits of NoDriveTypeAutoRun (Microsoft, "NoDriveTypeAutoRun"): a bit that is set turns AutoPlay off for
# drives of that type. The machine's value, where there is one, is the only one that counts.
_DRIVES = {
    0x01: "unknown",
    0x04: "removable",
    0x08: "fixed",
    0x10: "network",
    0x20: "optical",
    0x40: "memory",
    0x80: "other",
}
# NoAutorun (AutoPlay.admx, "Set the default behavior for AutoRun"): 1 does not execute commands, and 2, for
# all its name, executes them unasked. Without it Windows offers them.
_COMMANDS = {0: True, 1: False, 2: True}


def settings(steps: Steps) -> dict[str, object]:
    """The machine's settings; where it says nothing, each user's own count: nothing is off for all."""
    return told(
        autoplay_drives=lambda: _drives(steps.key("explorer").number("NoDriveTypeAutoRun") or 0),
        autorun_commands=lambda: _commands(steps.key("explorer").number("NoAutorun")),
        autoplay_other_devices=lambda: not _on(steps, "policy", "NoAutoplayfornonVolume"),
    )


def _on(steps: Steps, step: str, name: str) -> bool:
    return switched(steps.key(step).number(name), False, name)


def _commands(value: int | None) -> bool:
    if value is None:
        return True
    if value not in _COMMANDS:
        raise not_read(Reason.UNPARSABLE, f"NoAutorun: {value} has no meaning that is known")
    return _COMMANDS[value]


def _drives(off: int) -> list[str]:
    return [drive for bit, drive in _DRIVES.items() if not off & bit]
