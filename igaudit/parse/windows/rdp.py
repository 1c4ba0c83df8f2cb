"""Remote Desktop: whether it takes connections, and on what terms. A policy beats the listener's own setting.

Values: Microsoft, "TerminalServer.admx" and Win32_TSGeneralSetting. What a listener does not say, and no
policy either, is untold: its default differs from build to build, save where it is said below.
"""

from collections.abc import Callable, Iterator

from igaudit.model.facts import Reason
from igaudit.parse.windows import rdp_certificates
from igaudit.parse.windows.steps import Key, NotRead, Steps, not_read, told

_LAYERS = {0: "rdp", 1: "negotiate", 2: "tls"}
_LEVELS = {1: "low", 2: "client-compatible", 3: "high", 4: "fips"}
# Citrix listens in the same place, by a protocol and settings of its own.
_OTHER_PROTOCOLS = ("ica",)

Facts = dict[str, object]
Field = tuple[str, Callable[[Key, Key], object]]


def settings(steps: Steps) -> Facts:
    """The server's side, and what the client here may keep."""
    return told(
        enabled=lambda: _enabled(steps),
        listeners=lambda: _listeners(steps),
        rpc_secured=lambda: steps.key("policy").number("fEncryptRPCTraffic") == 1,
        passwords_saved=lambda: steps.key("policy").number("DisablePasswordSaving") != 1,
    )


def _enabled(steps: Steps) -> bool:
    """Without a word on it, only a service that is not there or off shows that nothing listens."""
    denied = _told(steps.key("policy"), steps.key("server"), "fDenyTSConnections")
    if denied is not None and denied != 0:
        return False
    rows = steps.rows("service")
    if not rows and not steps.meta.admin:  # a service that one may not see is left out of the answer
        raise not_read(Reason.DENIED, "service: TermService is not shown to this account")
    off = all(row.get("StartMode") == "Disabled" and row.get("State") == "Stopped" for row in rows)
    if not off and denied is None:
        raise not_read(Reason.UNSUPPORTED, "fDenyTSConnections is not set, while the service may run")
    return not off


def _listeners(steps: Steps) -> list[Facts]:
    policy, stations = steps.key("policy"), steps.key("stations")
    keys = stations.subkeys.items() if stations.exists else ()
    found = [_listener(name, policy, key, steps) for name, key in keys if _listens(name, key)]
    if not found and _enabled(steps):
        raise not_read(Reason.FAILED, "Remote Desktop is on, but none of its listeners was found")
    return found


def _listens(name: str, key: Key) -> bool:
    if name.lower().startswith(_OTHER_PROTOCOLS):
        return False
    return key.number("PortNumber") is not None and key.number("fEnableWinStation") != 0


def _listener(name: str, policy: Key, key: Key, steps: Steps) -> Facts:
    port = key.number("PortNumber")
    if port not in range(1, 65_536):
        raise not_read(Reason.UNPARSABLE, f"{key.name}\\PortNumber is {port}")
    said: Facts = {"listener": name, "port": port}
    said |= dict(_terms(policy, key))
    return said | rdp_certificates.certificate(name, steps)


def _terms(policy: Key, key: Key) -> Iterator[tuple[str, object]]:
    """The fields that can be told: what is not there stays untold."""
    for field, read in _FIELDS:
        try:
            value = read(policy, key)
        except NotRead:
            continue
        yield field, value


def _told(policy: Key, key: Key, name: str) -> int | None:
    """What the policy says, else the setting."""
    number = policy.number(name)
    return key.number(name) if number is None else number


def _surely(policy: Key, key: Key, name: str) -> int:
    number = _told(policy, key, name)
    if number is None:
        raise not_read(Reason.UNSUPPORTED, f"{key.name}\\{name} is not set")
    return number


def _named(names: dict[int, str], policy: Key, key: Key, name: str) -> str:
    number = _surely(policy, key, name)
    if number not in names:
        raise not_read(Reason.UNPARSABLE, f"{key.name}\\{name} is {number}")
    return names[number]


def _limit(policy: Key, key: Key, name: str) -> int | None:
    """Seconds by the policy, else by the listener, unless that leaves it to each account; None: no limit."""
    milliseconds = policy.number(name)
    if milliseconds is None and key.number(f"fInherit{name}") == 0:
        milliseconds = key.number(name)
    return -(-milliseconds // 1000) if milliseconds else None


def _agrees(key: Key) -> None:
    """Raises NotRead where it is kept from agreeing on TLS with a client: what it does then, nobody says."""
    if key.number("fAllowSecProtocolNegotiation") == 0:
        raise not_read(Reason.UNSUPPORTED, f"{key.name}\\fAllowSecProtocolNegotiation is 0")


def _layer(policy: Key, key: Key) -> str:
    _agrees(key)
    return _named(_LAYERS, policy, key, "SecurityLayer")


def _asks_first(policy: Key, key: Key) -> bool:
    """Network Level Authentication needs TLS: where that is turned off there is none, whatever is set."""
    if _surely(policy, key, "UserAuthentication") != 1:
        return False
    _agrees(key)
    if _told(policy, key, "SecurityLayer") == 0:
        raise not_read(Reason.UNSUPPORTED, f"{key.name}\\UserAuthentication is set where TLS is turned off")
    return True


_FIELDS: tuple[Field, ...] = (
    ("network_level_authentication", _asks_first),
    ("security_layer", _layer),
    ("encryption", lambda p, k: _named(_LEVELS, p, k, "MinEncryptionLevel")),
    # Neither is forbidden, or asked for, where nothing says so.
    ("drives", lambda p, k: _told(p, k, "fDisableCdm") != 1),
    ("asks_for_password", lambda p, k: _told(p, k, "fPromptForPassword") == 1),
    ("idle_seconds", lambda p, k: _limit(p, k, "MaxIdleTime")),
    ("disconnected_seconds", lambda p, k: _limit(p, k, "MaxDisconnectionTime")),
)
