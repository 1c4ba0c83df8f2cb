"""os-release and uname."""

import shlex

from igaudit.parse import Unparsable, stock


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
    facts: dict[str, object] = {name: values[name] for name in ("kernel", "architecture", "hostname")}
    if "btime" in values:
        facts["booted_at"] = stock.epoch_time(values["btime"])
    if "machine_id" in values:
        facts["machine_id"] = values["machine_id"] or None
    return facts
