"""Targets: from the command line and from inventories."""

import ipaddress
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from igaudit.errors import ContentError, Gathered, UsageError, near
from igaudit.load.organisation import organisation_target
from igaudit.load.schema import load_valid
from igaudit.model.target import NETWORK, PORTS, WINRM_PORTS, Service, Target
from igaudit.model.windows_account import parse_account

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\Z")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\Z")
_TRANSPORTS = ("ssh", "winrms", "winrm", "local", "network", "organisation", "replay")


def parse_target(text: str) -> Target:
    """`local`, `[USER@]NAME`, `ssh://USER@NAME:PORT`, `winrms://…`, `winrm://…`, `network:NAME`,
    `organisation:FILE` or `replay:PATH`.

    Raises UsageError, and ContentError for an organisation file that is wrong.
    """
    if not text.isprintable() or not text:
        raise UsageError(f"target {text!r}: a name holds printable characters only, and at least one")
    if text == "local":
        return Target("local", "local")
    if text.startswith("replay:"):
        return Target(text, "replay", text.removeprefix("replay:"))
    if text.startswith("organisation:"):
        return organisation_target(Path(text.removeprefix("organisation:")))
    if text.startswith("network:"):
        return network_target(text.removeprefix("network:"))
    if text.endswith((".yaml", ".yml")):
        raise UsageError(
            f"target `{text}`: write `organisation:{text}`, or `-i {text}` where it is an inventory"
        )
    scheme, separator, _ = text.partition("://")
    if separator and scheme in WINRM_PORTS:
        name, port, user = _place(text, text)
        return winrm_target(name, scheme, port=port, user=unquote(user))
    if separator and scheme != "ssh":
        raise UsageError(f"target `{text}`: no transport `{scheme}`{near(scheme.lower(), _TRANSPORTS)}")
    name, port, user = _place(text, text if separator else f"ssh://{_bracketed(text)}")
    return ssh_target(name, port=port, user=user)


def _bracketed(text: str) -> str:
    """A bare IPv6 address needs brackets before it can stand in a URL."""
    user, at, name = text.rpartition("@")
    return f"{user}{at}[{name}]" if _is_ipv6(name) else text


def _place(text: str, url: str) -> tuple[str, int, str]:
    """The name, the port and the user in a URL; 0 and "" where they are not in it."""
    scheme, _, rest = url.partition("://")
    form = f"write {scheme}://user@name:port"
    user, _, place = rest.rpartition("@")
    if ":" in user:  # Before all else: what follows names the whole text.
        raise UsageError(f"target `{place}`: {form} without a password: it would be seen by others")
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", _port(parts)
    except ValueError as error:
        raise UsageError(f"target `{text}`: {error}") from None
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageError(f"target `{text}`: {form} and nothing after it")
    # The zone of an IPv6 address may be written as RFC 6874 does.
    return _as_written(parts, name).replace("%25", "%"), port, parts.username or ""


def _port(parts: SplitResult) -> int:
    """The port of a URL, 0 where it has none; raises ValueError for what is none."""
    try:
        return parts.port or 0
    except ValueError:
        raise ValueError("write a port of 1 to 65535, in digits, or none") from None


def _as_written(parts: SplitResult, name: str) -> str:
    """The name in the case it was written in: urlsplit makes it lower case, and `Host` patterns do not."""
    # Not in the user's part: some letters become two when they are made lower case.
    place = parts.netloc.rpartition("@")[2]
    start = place.lower().find(name.lower())
    return place[start : start + len(name)]


def ssh_target(name: str, address: str = "", port: int = 0, user: str = "", **more: Any) -> Target:
    """An ssh target whose name, address and user are safe to hand on; raises UsageError."""
    _check_names(name, address or name)
    if user and not _USER.match(user):
        raise UsageError(f"target `{name}`: `{user}` is no user name")
    return Target(name, "ssh", address or name, port, user, **more)


def winrm_target(
    name: str, transport: str, address: str = "", port: int = 0, user: str = "", auth: str = "", **more: Any
) -> Target:
    """A Windows target; raises UsageError for a name or user that is none, and for Basic without TLS."""
    _check_names(name, address or name)
    try:
        account = str(parse_account(user)) if user else ""
    except UsageError as error:
        raise UsageError(f"target `{name}`: {error}") from None
    if transport == "winrm" and auth in ("basic", "certificate"):
        raise UsageError(f"target `{name}`: `auth: {auth}` is for HTTPS only: `transport: winrms`")
    return Target(name, transport, address or name, port, account, "windows", auth=auth, **more)


def _check_names(*places: str) -> None:
    for place in places:
        if not (_NAME.match(place) or _is_ipv6(place)):
            form = "letters, digits, `.`, `-` and `_`, with a letter or digit first and last"
            raise UsageError(f"target `{place}`: a name holds {form}")


def network_target(name: str, address: str = "", **more: Any) -> Target:
    """A target that is looked at from outside alone; raises UsageError for a name that is none."""
    return replace(ssh_target(name, address, **more), transport="network", platform=NETWORK)


def parse_service(text: str) -> Service:
    """`https`, `https 8443` or `https:8443`; raises UsageError."""
    protocol, _, port = text.replace(":", " ").partition(" ")
    if protocol not in PORTS:
        known = ", ".join(sorted(PORTS))
        raise UsageError(
            f"service `{text}`: no protocol `{protocol}`{near(protocol, PORTS)}; there are {known}"
        )
    if port and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise UsageError(f"service `{text}`: write a port of 1 to 65535, as in `https 8443`")
    return Service(protocol, int(port or PORTS[protocol]))


def _is_ipv6(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.partition("%")[0]).version == 6
    except ValueError:
        return False


def load_inventory(path: Path) -> tuple[Target, ...]:
    """The targets of an inventory, in its order; raises ContentError."""
    document = load_valid(path, "inventory", str(path))
    defaults = document.data.get("defaults", {})
    gathered = Gathered()
    targets: list[Target] = []
    for name, spec in document.data["targets"].items():
        with gathered.caught():
            try:
                targets.append(_inventory_target(name, {**defaults, **(spec or {})}))
            except UsageError as error:
                problem = document.problem(str(error), "targets", name)
                raise ContentError([problem]) from None
    if "organisation" in document.data:
        with gathered.caught():
            targets.append(organisation_target(path.parent / document.data["organisation"]))
    gathered.raise_any()
    return tuple(targets)


def _inventory_target(name: str, spec: dict[str, Any]) -> Target:
    roles, tags = tuple(spec.get("roles", ())), tuple(spec.get("tags", ()))
    services = tuple(parse_service(text) for text in spec.get("services", ()))
    more: dict[str, Any] = {"roles": roles, "tags": tags, "services": services}
    transport = spec.get("transport", "ssh")
    if transport == "network":
        return network_target(name, spec.get("address", ""), **more)
    place = {key: spec[key] for key in ("address", "port", "user") if key in spec}
    if transport in WINRM_PORTS:
        return winrm_target(name, transport, auth=spec.get("auth", ""), **place, **more)
    if transport != "ssh":
        return Target(name, transport, spec.get("address", ""), **more)
    return ssh_target(name, **place, **more)
