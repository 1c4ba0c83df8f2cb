"""The kernel's modules: loaded, on disc, kept out; and what guards the kernel's start."""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

WATCHED = (
    *("usb_storage", "uas"),
    *("firewire_ohci", "firewire_sbp2"),
    *("cramfs", "freevxfs", "hfs", "hfsplus", "jffs2"),
    *("dccp", "sctp", "rds", "tipc"),
)

# An `install` line replaces the loading of a module by a command; these do nothing.
_NOTHING = re.compile(r"(/usr)?/bin/(true|false)|(/usr)?/sbin/nologin|:")


def modules(text: str) -> dict[str, object]:
    """`watched`: what is known of each module in WATCHED. `usbguard`: whether its service is active."""
    rows = [line.split(None, 2) for line in stock.lines(text)]
    first = {row[0]: row[1] if len(row) > 1 else "" for row in reversed(rows)}
    if first.get("modules") not in ("known", "none"):
        raise Unparsable("it is not said whether the kernel has modules")
    watched = [_watched(name, rows, first) for name in WATCHED]
    state = first.get("usbguard", "")
    guard = state == "active" if state else Unread(Reason.UNSUPPORTED, "systemctl did not answer")
    return {"watched": watched, "usbguard": guard}


def _watched(name: str, rows: list[list[str]], first: dict[str, str]) -> dict[str, object]:
    known: dict[str, object] = {"name": name, "loaded": name in _named(rows, "loaded")}
    if first.get("disc") == "known":
        on_disc = name in _named(rows, "module")
        known["available"] = "built-in" if name in _named(rows, "built-in") else "module" if on_disc else "no"
    if first.get("settings") == "known":
        known["barred"] = _barred(name, rows)
    return known


def _named(rows: list[list[str]], kind: str) -> set[str]:
    """The modules of the rows of this kind: `usb-storage.ko.xz:` and `usb_storage` are the same."""
    return {_name(row[1]) for row in rows if row[0] == kind and len(row) > 1}


def _name(text: str) -> str:
    return re.sub(r"\.ko\b.*", "", text.strip("/")).replace("-", "_")


def _barred(name: str, rows: list[list[str]]) -> str:
    """The strongest bar: by the kernel itself, by a command instead of loading, or from loading by itself."""
    if name in _command_line(rows, "module_blacklist"):
        return "kernel"
    installs = (row[2] for row in rows if row[0] == "install" and len(row) == 3 and _name(row[1]) == name)
    if any(_NOTHING.fullmatch(command.split()[0]) for command in installs):
        return "install"
    by_name = _named(rows, "blacklist") | set(_command_line(rows, "modprobe.blacklist"))
    return "blacklist" if name in by_name else "no"


def _command_line(rows: list[list[str]], option: str) -> Iterator[str]:
    for row in rows:
        key, _, value = row[0].partition("=")
        if key == option:
            yield from (_name(name) for name in value.split(","))


def boot(text: str) -> dict[str, object]:
    """Secure Boot, lockdown, signatures, and whether this is a virtual machine; lines of `name value`."""
    values = stock.key_values(text)
    facts: dict[str, object] = {}
    if values.get("virtual_machine"):
        facts["virtual_machine"] = values["virtual_machine"]
    if values.get("firmware") == "other":
        facts["secure_boot"] = False
    elif values.get("SecureBoot"):
        facts["secure_boot"] = values["SecureBoot"] == "1" and values.get("MokSBStateRT", "0") != "1"
    if mode := re.search(r"\[(none|integrity|confidentiality)]", values.get("lockdown", "")):
        facts["lockdown"] = mode[1]
    if values.get("modules") == "none":
        facts["signed_modules_only"] = True
    elif values.get("sig_enforce"):
        facts["signed_modules_only"] = values["sig_enforce"] == "Y"
    return facts
