"""Windows' file sharing: SMB 1, signing, guests, nameless sessions, and whether MS17-010 is in place.

What two places tell is held together: something bad that one of them shows counts, something good only
where neither denies it, since a change in the registry works after a restart alone.
"""

from collections.abc import Callable
from typing import TypeVar

from igaudit.model.facts import Reason
from igaudit.parse.windows import anonymous
from igaudit.parse.windows.steps import NotRead, Steps, not_read, told

Fields = dict[str, object]
T = TypeVar("T")

# Windows 10 1709 and Server 2019: from here on a new installation has no SMB 1 server
# (Microsoft, "SMBv1 not installed by default in Windows").
WITHOUT_SMB1 = 16299
# Windows 8 and Server 2012: before them, SMB 1 is no feature that could be taken away.
OPTIONAL = 9200
# Windows 11 24H2 requires signing in both directions, Server 2025 as a client
# (Microsoft, "SMB security hardening in Windows Server 2025 & Windows 11").
SIGNING = 26100

# The first build with MS17-010, by build (CurrentBuildNumber.UBR); later builds came with it.
_FIXED_BUILDS = {10240: 17319, 10586: 839, 14393: 953}
# The oldest srv.sys with MS17-010, by build (Microsoft, "How to verify that MS17-010 is installed").
_FIXED_FILES = {
    7601: (6, 1, 7601, 23689),
    9200: (6, 2, 9200, 22099),
    9600: (6, 3, 9600, 18604),
    10240: (10, 0, 10240, 17319),
    10586: (10, 0, 10586, 839),
    14393: (10, 0, 14393, 953),
}
_LAST_VULNERABLE = 14393
_DISABLED = 4
_CONTROLLER = "LanmanNT"


def settings(steps: Steps) -> Fields:
    """The facts of the probe `settings`."""
    return told(
        server_enabled=lambda: _server_enabled(steps),
        smb1_server=lambda: _smb1_server(steps),
        smb1_client=lambda: _smb1_client(steps),
        server_signing_required=lambda: _signing(steps, "server"),
        client_signing_required=lambda: _signing(steps, "client"),
        insecure_guests=lambda: _guests(steps),
        null_sessions_restricted=lambda: steps.key("server").number("RestrictNullSessAccess") != 0,
        null_session_shares=lambda: _shares(steps),
        anonymous_listing_restricted=lambda: (steps.key("lsa").number("RestrictAnonymous") or 0) > 0,
        anonymous_accounts_restricted=lambda: anonymous.accounts_restricted(steps),
        remote_accounts_restricted=lambda: anonymous.remote_restricted(steps),
        plain_text_passwords=lambda: (steps.key("client").number("EnablePlainTextPassword") or 0) != 0,
        srv_version=lambda: _srv(steps),
        ms17_010_fixed=lambda: _fixed(steps),
    )


def _server_enabled(steps: Steps) -> bool:
    rows = [row for row in steps.rows("services") if row.get("Name")]
    if not rows:
        raise not_read(Reason.INCOMPLETE_RECORD, "Windows names none of its services of file sharing")
    found = next((row for row in rows if str(row.get("Name")).lower() == "lanmanserver"), None)
    if found is None:
        return False
    return (found.get("StartMode"), found.get("State")) != ("Disabled", "Stopped")


def _smb1_server(steps: Steps) -> bool:
    """Whether the SMB 1 server answers: its component is there, and it is not switched off."""
    driver = _known(lambda: steps.files("srv"))
    if driver == [] or _known(lambda: _server_enabled(steps)) is False:
        return False
    now = _said(steps, "server_settings", "EnableSMB1Protocol")
    if _component(steps, "server") is False:
        if now:
            words = "SMB 1 is taken away, yet its server is on and its driver there, until a restart perhaps"
            raise not_read(Reason.CONTRADICTED, words)
        return False
    said = [now, _switch(steps)]
    if True in said:
        return True
    if False in said:
        return False
    if steps.meta.build and steps.meta.build < WITHOUT_SMB1 and _component(steps, "server"):
        return True
    raise _gap(steps, "server_settings", "whether the SMB 1 server is on could not be told")


def _switch(steps: Steps) -> bool | None:
    value = _known(lambda: steps.key("server").number("SMB1"))
    return None if value is None else value != 0


def _component(steps: Steps, half: str) -> bool | None:
    """Whether the component of one half of SMB 1 is installed; None where that is not known."""
    driver = _known(lambda: steps.files("srv"))
    if half == "server" and driver and 0 < steps.meta.build < OPTIONAL:
        return True
    rows = _known(lambda: steps.rows("features")) or []
    states = {str(row.get("Name")).lower(): row.get("InstallState") for row in rows}
    state = states.get(f"smb1protocol-{half}", states.get("smb1protocol"))
    return {1: True, 2: False, 3: False}.get(state) if isinstance(state, int) else None


def _smb1_client(steps: Steps) -> bool:
    key = steps.key("smb1_client")
    if not key.exists:
        if _component(steps, "client"):
            words = "the SMB 1 client is installed, and its driver is not there"
            raise not_read(Reason.CONTRADICTED, words)
        return False
    start = key.number("Start")
    if start is None:
        raise not_read(Reason.INCOMPLETE_RECORD, "the driver of the SMB 1 client has no start type")
    return start != _DISABLED


def _signing(steps: Steps, half: str) -> bool:
    value = _known(lambda: steps.key(half).number("RequireSecuritySignature"))
    said = [
        _said(steps, f"{half}_settings", "RequireSecuritySignature"),
        None if value is None else value != 0,
    ]
    if False in said:
        return False
    if True in said:
        return True
    steps.key(half)  # raises where it was not read
    if _default_known(steps, half):
        return False
    if steps.meta.build >= SIGNING and _newer_default(steps, half):
        return True
    raise _gap(
        steps, f"{half}_settings", "whether signing is required was not told, and has no known default"
    )


def _default_known(steps: Steps, half: str) -> bool:
    """Whether signing is not required by default: up to 2024, and for servers (of domains: by policy)."""
    old = 0 < steps.meta.build < SIGNING
    if half == "client":
        return old
    if steps.meta.product == _CONTROLLER:
        return False
    return old or steps.meta.product == "ServerNT"


def _newer_default(steps: Steps, half: str) -> bool:
    """The editions for homes do not require it of servers that they ask; controllers have a policy for it."""
    if half == "server":
        return steps.meta.product == "WinNT"
    return bool(steps.meta.edition) and not steps.meta.edition.lower().startswith("core")


def _guests(steps: Steps) -> bool:
    """Whether the client goes on as a guest where a server offers that: the policy beats the setting."""
    policy = steps.key("policy").number("AllowInsecureGuestAuth")
    if policy is not None:
        return policy != 0
    value = steps.key("client").number("AllowInsecureGuestAuth")
    said = [
        _said(steps, "client_settings", "EnableInsecureGuestLogons"),
        None if value is None else value != 0,
    ]
    if True in said:
        return True
    if False in said:
        return False
    build, edition = steps.meta.build, steps.meta.edition.lower()
    if steps.meta.product in ("ServerNT", _CONTROLLER) and build >= 17763:
        return False
    if build >= WITHOUT_SMB1 and edition.startswith(("enterprise", "education", "professionalworkstation")):
        return False
    if WITHOUT_SMB1 <= build < SIGNING and edition.startswith(("professional", "core")):
        return True
    raise _gap(steps, "client_settings", "whether guests are let in was not told, and has no known default")


def _shares(steps: Steps) -> list[str]:
    listed = steps.key("server").texts("NullSessionShares") or []
    return [share for share in listed if share.strip()]


def _srv(steps: Steps) -> str | None:
    """The version of the driver of the SMB 1 server; null where it is not installed."""
    found = steps.files("srv")
    if found and found[0].version is None:
        raise not_read(Reason.INCOMPLETE_RECORD, "srv.sys bears no version")
    return found[0].version if found else None


def _fixed(steps: Steps) -> bool:
    """MS17-010: builds after Windows 10 1607 came with it; else srv.sys tells, or it is not there."""
    build, revision = steps.meta.build, steps.meta.ubr
    if not build:
        raise not_read(Reason.INCOMPLETE_RECORD, "the build is not known")
    if build > _LAST_VULNERABLE:
        return True
    said = _known(lambda: steps.files("srv"))
    if said == []:
        return True
    if said and said[0].version and (oldest := _FIXED_FILES.get(build)):
        return _parts(said[0].version) >= oldest
    if build in _FIXED_BUILDS and revision:
        return revision >= _FIXED_BUILDS[build]
    raise _gap(steps, "srv", "neither srv.sys nor the build tells whether MS17-010 is in place")


def _parts(version: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in version.split("."))
    except ValueError:
        raise not_read(Reason.UNPARSABLE, f"srv.sys is of version {version[:40]!r}") from None


def _said(steps: Steps, step: str, name: str) -> bool | None:
    """What a cmdlet says; None where it said nothing."""
    rows = _known(lambda: steps.rows(step)) or []
    value = rows[0].get(name) if rows else None
    return value if isinstance(value, bool) else None


def _known(read: Callable[[], T]) -> T | None:
    """What `read` gives; None where it was not read."""
    try:
        return read()
    except NotRead:
        return None


def _gap(steps: Steps, step: str, words: str) -> NotRead:
    """Why there is no value: the step that would have told, or these words."""
    if steps.state(step) == "ok":
        return not_read(Reason.INCOMPLETE_RECORD, words)
    return NotRead(steps.gap(step))
