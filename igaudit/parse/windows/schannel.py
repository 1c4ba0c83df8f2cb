"""What Schannel, Windows' own TLS, may use: versions, cipher suites, curves, sizes of Diffie-Hellman.

Defaults are those of "Protocols in TLS/SSL (Schannel SSP)" and "Transport Layer Security (TLS) registry
settings" (Microsoft Learn). For build 26100 and later Microsoft says of TLS 1.0 and 1.1 both that they are
enabled and that they will be disabled by default, so that their default is left open.
"""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.windows.registry import Key, NotRead, not_read
from igaudit.parse.windows.steps import ABSENT, Steps, told

Record = dict[str, object]

_PROTOCOLS = ("SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")
_SIDES = ("Server", "Client")
_WINDOWS_8 = 9200
_WINDOWS_10 = 10240
_SERVER_2016 = 14393
_SERVER_2022 = 20348
_SERVER_2025 = 26100
# The keys below Ciphers that turn off a suite of the list, with what its name has (Microsoft's KB 245030).
_CIPHER_KEYS = (
    ("NULL", re.compile("_NULL_")),
    ("DES 56/56", re.compile("_DES_CBC_")),
    ("RC4 40/128", re.compile("_RC4_40_")),
    ("RC4 56/128", re.compile("_RC4_56_")),
    ("RC4 64/128", re.compile("_RC4_64_")),
    ("RC4 128/128", re.compile("_RC4_128_")),
    ("Triple DES 168", re.compile("_3DES_")),
)
_CURVES = {"nistp256": "secp256r1", "nistp384": "secp384r1", "nistp521": "secp521r1", "curve25519": "x25519"}


def settings(steps: Steps) -> dict[str, object]:
    """`protocols`, `suites`, `curves`, `diffie_hellman`, `dh_server_bits`, `dh_client_bits`."""
    return told(
        protocols=lambda: list(_protocols(steps)),
        suites=lambda: _suites(steps),
        curves=lambda: _curves(steps),
        diffie_hellman=lambda: _diffie_hellman(steps),
        dh_server_bits=lambda: _bits(steps, "ServerMinKeyBitLength", 2048),
        dh_client_bits=lambda: _bits(steps, "ClientMinKeyBitLength", 1024),
    )


def child(key: Key, name: str) -> Key:
    """The subkey of this name, compared without case; one that is absent where there is none.

    Raises NotRead where it is not known which subkeys there are.
    """
    found = [inner for known, inner in key.subkeys.items() if known.lower() == name.lower()]
    return found[0] if found else Key(f"{key.name}\\{name}", ABSENT)


def build_of(steps: Steps) -> int:
    """Windows' build, from 9200 on; raises NotRead, as nothing is known here of older ones."""
    if steps.meta.build < _WINDOWS_8:
        raise not_read(Reason.UNSUPPORTED, f"the defaults of build {steps.meta.build or 'unknown'}")
    return steps.meta.build


def _protocols(steps: Steps) -> Iterator[Record]:
    build, root = build_of(steps), steps.key("protocols")
    for protocol in _PROTOCOLS:
        for side in _SIDES:
            record: Record = {"use": f"{protocol} {side.lower()}", "protocol": protocol, "side": side.lower()}
            try:
                state, because = _state(protocol, child(child(root, protocol), side), build)
            except NotRead as error:
                state, because = None, error.gap.detail
            yield record | ({"state": state} if state else {}) | {"because": because}


def _state(protocol: str, key: Key, build: int) -> tuple[str | None, str]:
    """`on`, `by-request`, `off` or `unsafe`, None where that cannot be told; and what says so."""
    enabled, unasked = key.number("Enabled"), key.number("DisabledByDefault")
    usual = _default(protocol, build)
    if protocol == "SSL 2.0" and build >= _SERVER_2016:
        return "off", f"Windows has none since build {_SERVER_2016}"
    if enabled == 0:
        return "off", "Enabled is 0"
    if protocol == "TLS 1.3" and build < _SERVER_2022:
        return ("unsafe" if enabled else "off"), f"build {build} does not support it"
    if enabled is not None:
        return ("by-request", "DisabledByDefault is 1") if unasked else ("on", f"Enabled is {enabled}")
    if unasked is None or (unasked == 0 and usual == "on"):
        return usual, f"default of build {build}" if usual else f"the default of build {build} is not certain"
    if unasked and usual:
        return ("by-request" if usual == "on" else usual), "DisabledByDefault is 1"
    return None, "DisabledByDefault is set, and Enabled is not"


def _default(protocol: str, build: int) -> str | None:
    if protocol == "SSL 2.0":
        return "off"
    if protocol == "SSL 3.0":
        return "off" if build >= _SERVER_2016 else "on"
    if protocol in ("TLS 1.0", "TLS 1.1"):
        return None if build >= _SERVER_2025 else "on"
    return "off" if protocol == "TLS 1.3" and build < _SERVER_2022 else "on"


def _suites(steps: Steps) -> list[str]:
    """The suites in their order, without those whose cipher is turned off."""
    ciphers = steps.key("ciphers")
    off = [pattern for name, pattern in _CIPHER_KEYS if child(ciphers, name).number("Enabled") == 0]
    return [suite for suite in _order(steps) if not any(pattern.search(suite) for pattern in off)]


def _order(steps: Steps) -> list[str]:
    """Group Policy's list; else the one that Windows tells; before Windows 10, its registry's."""
    named = _listed(steps.key("policy_order"), "Functions")
    if named is None and steps.state("suites") == ABSENT:
        named = _listed(steps.key("local_order"), "Functions")
    elif named is None:
        named = [_name(row) for row in steps.rows("suites")]
    if not named:
        raise not_read(Reason.FAILED, "the list of cipher suites is empty")
    # Before Windows 10 the curve was part of the name.
    bare = (re.sub("_P(256|384|521)$", "", name.upper()) for name in named)
    return list(dict.fromkeys(bare))


def _name(row: Record) -> str:
    if not isinstance(row.get("Name"), str):
        raise Unparsable("suites: a cipher suite without a name")
    return str(row["Name"])


def _diffie_hellman(steps: Steps) -> bool:
    """Whether a suite of the list has it, unless it is turned off as a whole (KB 245030)."""
    key = child(steps.key("key_exchange"), "Diffie-Hellman")
    return key.number("Enabled") != 0 and any("_DHE_" in suite for suite in _suites(steps))


def _curves(steps: Steps) -> list[str]:
    """The curves in their order, by IANA's names where they have one."""
    named = _listed(steps.key("policy_order"), "EccCurves")
    if named is None:
        named = _listed(steps.key("local_order"), "EccCurves")
    if not named:
        raise not_read(Reason.UNSUPPORTED, "the registry holds no list of curves")
    return [_CURVES.get(name.lower(), name) for name in named]


def _listed(key: Key, name: str) -> list[str] | None:
    """A list of names, which Group Policy writes as one text with commas, Windows itself as a list."""
    kind = key.values.get(name.lower(), {}).get("kind")
    said = key.texts(name) if kind == "MultiString" else key.text(name)
    texts = said if isinstance(said, list) else [said or ""]
    names = [word.strip() for text in texts for word in text.split(",")]
    return None if said is None else [word for word in names if word]


def _bits(steps: Steps, name: str, usual: int) -> int:
    said = child(steps.key("key_exchange"), "Diffie-Hellman").number(name)
    if said is None and build_of(steps) < _WINDOWS_10:
        raise not_read(Reason.UNSUPPORTED, f"the default of build {steps.meta.build} is not documented")
    return usual if said is None else said
