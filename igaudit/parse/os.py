"""os-release, uname, and what shows that extended support is in force."""

import shlex

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_UNAME = ("kernel", "architecture", "hostname")

# Debian LTS takes no contract: its fixes come through the same security archive. It covers these
# architectures only (announcement of LTS for Debian 11), and leaves out the packages that
# `check-support-status` of debian-security-support names.
_DEBIAN_LTS = frozenset({"amd64", "arm64", "armhf", "i386"})


def release(text: str) -> dict[str, object]:
    """os-release: shell assignments (freedesktop.org, os-release(5))."""
    values = {key: _unquoted(value) for key, value in stock.key_values(text, "=", comment="").items()}
    if not values.get("ID"):
        raise Unparsable("no ID= in os-release")
    return {
        "id": values["ID"],
        "id_like": values.get("ID_LIKE", "").split(),
        "version_id": values.get("VERSION_ID") or None,
        "name": values.get("PRETTY_NAME") or values.get("NAME") or values["ID"],
        "codename": values.get("VERSION_CODENAME") or None,
    }


def _unquoted(value: str) -> str:
    try:
        return " ".join(shlex.split(value))
    except ValueError:
        return value


def kernel(text: str) -> dict[str, object]:
    """Lines of `name value`; `btime` is the kernel's boot time in seconds since 1970."""
    values = stock.key_values(text)
    facts: dict[str, object] = {name: values[name] for name in _UNAME if values.get(name)}
    if "btime" in values:
        facts["booted_at"] = stock.epoch_time(values["btime"])
    if "machine_id" in values:
        facts["machine_id"] = values["machine_id"] or None
    return facts


def support(text: str) -> dict[str, object]:
    """Whether extended support is in force, by what each distribution leaves on the machine.

    A distribution that sells none, or whose kind is not known here, has none; only for Oracle Linux, which
    sells it and leaves no sign that can be relied on, it is open.
    """
    values = stock.key_values(text)
    if not values.get("id"):
        raise Unparsable("no distribution is named")
    extended = _extended(values)
    ends = values.get("expires") if values.get("attached") == "true" else None
    until = extended if isinstance(extended, Unread) else ends
    return {"extended_support": extended, "extended_support_until": until}


def _extended(values: dict[str, str]) -> bool | Unread:
    match values["id"]:
        case "debian":
            return _debian(values.get("architecture", ""))
        case "ubuntu":
            return _ubuntu(values)
        case "rhel":
            return _known(values.get("repositories", ""), "els" in values, "the repositories")
        case "sles":
            return _known(values.get("products", ""), "ltss" in values, "the products")
        case "ol":
            return Unread(Reason.UNSUPPORTED, "Oracle's extended support leaves no sign on the machine")
    return False


def _debian(architecture: str) -> bool | Unread:
    if architecture in _DEBIAN_LTS:
        return True
    return Unread(Reason.UNSUPPORTED, f"it is not known whether Debian LTS covers {architecture or 'it'}")


def _ubuntu(values: dict[str, str]) -> bool | Unread:
    if values.get("pro") == "none" or values.get("attached") == "false":
        return False
    if values.get("attached") == "true" and "esm-infra" in values:
        return values["esm-infra"] == "enabled"
    return _known(values.get("pro", ""), None, "the state of Ubuntu Pro")


def _known(said: str, value: bool | None, what: str) -> bool | Unread:
    if said == "denied":
        return Unread(Reason.DENIED, f"{what} cannot be read")
    if said != "known" or value is None:
        return Unread(Reason.INCOMPLETE_RECORD, f"{what} could not be told")
    return value
