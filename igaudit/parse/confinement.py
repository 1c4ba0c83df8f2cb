"""AppArmor's and SELinux's state: lines of a word and what it has to say."""

import re
from collections.abc import Mapping

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable

_ENFORCED = ("enforce", "kill", "prompt")
_CONFIG = "/etc/selinux/config"
_PROFILES = "/sys/kernel/security/apparmor/profiles"


def state(text: str) -> dict[str, object]:
    """Whether programs are confined, now and after the next start."""
    said: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        said.setdefault(word, []).append(rest.strip())
    if not said.keys() & {"apparmor", "selinux"}:
        raise Unparsable("nothing is said of AppArmor or SELinux")
    facts: dict[str, object] = {}
    if "apparmor" in said:
        facts["apparmor"] = said["apparmor"][0] in ("Y", "1")
    return {**facts, **_profiles(said), **_selinux(said), **_at_boot(said)}


def _profiles(said: Mapping[str, list[str]]) -> dict[str, object]:
    """The kernel lists `name (mode)`; without AppArmor there are none."""
    if said.get("apparmor", [""])[0] not in ("Y", "1"):
        return {"profiles_enforced": 0, "profiles_complaining": []} if "apparmor" in said else {}
    if "profiles" not in said:
        reason = Reason.DENIED if _PROFILES in said.get("denied", ()) else Reason.UNSUPPORTED
        gap = Unread(reason, f"{_PROFILES} cannot be read")
        return {"profiles_enforced": gap, "profiles_complaining": gap}
    found = [re.fullmatch(r"(.*) \(([a-z]+)\)", line) for line in said.get("profile", ())]
    modes = [(match[1], match[2]) for match in found if match]
    if len(modes) != len(found):
        raise Unparsable("a profile without a mode")
    return {
        "profiles_enforced": sum(mode in _ENFORCED for _, mode in modes),
        "profiles_complaining": sorted(name for name, mode in modes if mode == "complain"),
    }


def _selinux(said: Mapping[str, list[str]]) -> dict[str, object]:
    """From inside a container SELinux cannot be seen: then only a configuration that disables it tells."""
    value = said.get("selinux", [""])[0]
    known = {"1": "enforcing", "0": "permissive", "off": "disabled"}
    if value == "hidden" and _configured(said) == "disabled":
        return {"selinux": "disabled"}
    if value not in known:
        return {
            "selinux": Unread(Reason.UNSUPPORTED, "the kernel knows SELinux, but its state is not to be seen")
        }
    return {"selinux": known[value]}


def _at_boot(said: Mapping[str, list[str]]) -> dict[str, object]:
    if "config" in said:
        return {"selinux_at_boot": _configured(said)}
    if _CONFIG in said.get("missing", ()):
        return {"selinux_at_boot": None}
    return {"selinux_at_boot": Unread(Reason.DENIED, f"{_CONFIG} cannot be read")}


def _configured(said: Mapping[str, list[str]]) -> object:
    """The first line that says one of the three words, as libselinux reads the file."""
    for line in said.get("setting", ()):
        found = re.match(r"SELINUX=\s*(enforcing|permissive|disabled)", line, re.I)
        if found:
            return found[1].lower()
    return Unread(Reason.UNPARSABLE, f"{_CONFIG} has no SELINUX= line")
