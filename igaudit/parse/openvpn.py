"""OpenVPN's configuration files, with the defaults of the release that is installed (openvpn(8))."""

from collections.abc import Mapping

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls

_AEAD = ["AES-256-GCM", "AES-128-GCM"]
_CONTROL = ("tls-crypt-v2", "tls-crypt", "tls-auth")
_COMPRESSING = ("lzo", "lz4", "lz4-v2")
Settings = Mapping[str, list[str]]


def settings(text: str) -> dict[str, object]:
    """`openvpn`: one record per file."""
    found = tls.said(text)
    files: dict[str, dict[str, list[str]]] = {file: {} for file in found.files}
    started: dict[str, dict[str, dict[str, list[str]]]] = {}
    for file, words in found.settings:
        if words[0] == "option" and len(words) > 3:
            started.setdefault(words[1], {}).setdefault(words[2], {})[words[3]] = words[4:]
        else:
            files.setdefault(file, {})[words[0]] = words[1:]
    for file, said in files.items():
        options = started.get(_service(file), {})
        files[file] = {**options.get("before", {}), **said, **options.get("behind", {})}
    version = tls.release(found.marks.get("igaudit-version", ""))
    if any("config" in said for said in files.values()):
        found.gap = found.gap or Unread(Reason.UNSUPPORTED, "a file takes in another one (config)")
    return tls.lists_or_gap(found, {"openvpn": (_record(f, said, version) for f, said in files.items())})


def _service(file: str) -> str:
    """Which service starts it: openvpn-server@, openvpn-client@, or openvpn@."""
    folder = file.split("/")[-2:-1]
    return folder[0] if folder in (["server"], ["client"]) else ""


def _record(file: str, said: Settings, version: tuple[int, ...]) -> dict[str, object]:
    static = "secret" in said
    return {
        "file": file,
        "role": _role(said),
        "static_key": static,
        "auth": (said.get("auth") or ["SHA1"])[0].upper(),
        "control_channel": next((name for name in _CONTROL if name in said), None),
        "remote_cert_tls": next(iter(said.get("remote-cert-tls", [])), None),
        "compression": _compresses(said),
        **({"data_ciphers": _ciphers(said, version, static)} if version else {}),
        **_lowest(said, version),
    }


def _role(said: Settings) -> str:
    if {"server", "server-bridge", "tls-server"} & set(said) or said.get("mode") == ["server"]:
        return "server"
    return "client" if {"client", "tls-client"} & set(said) else "peer"


def _compresses(said: Settings) -> bool:
    lzo = "comp-lzo" in said and said["comp-lzo"][:1] != ["no"]
    return lzo or (said.get("compress") or [""])[0] in _COMPRESSING


def _ciphers(said: Settings, version: tuple[int, ...], static: bool) -> list[str]:
    """What the data channel may be encrypted with.

    `cipher` counts by itself with a static key, where negotiation is off, and before 2.6, where it was added
    to the list; before 2.5 it was BF-CBC by default.
    """
    named = (said.get("data-ciphers") or said.get("ncp-ciphers") or ["DEFAULT"])[0].upper()
    default = [*_AEAD, "CHACHA20-POLY1305"] if version >= (2, 6) else _AEAD
    ciphers: list[str] = []
    if not static and not ("ncp-disable" in said and version < (2, 6)):
        for word in named.split(":"):
            ciphers += default if word == "DEFAULT" else [word.lstrip("?")]
    if "cipher" in said and (static or version < (2, 6)):
        ciphers += [said["cipher"][0].upper()] if said["cipher"] else []
    elif "cipher" not in said and (static or version < (2, 5)):
        ciphers.append("BF-CBC")
    ciphers += [word.upper() for word in said.get("data-ciphers-fallback", [])[:1]]
    return list(dict.fromkeys(cipher for cipher in ciphers if cipher))


def _lowest(said: Settings, version: tuple[int, ...]) -> dict[str, object]:
    """Left out before 2.6 where none is set: then the TLS library decides."""
    named = said.get("tls-version-min", [])
    if named:
        lowest = {"1.0": "TLSv1"}.get(named[0], f"TLSv{named[0]}")
        return {"min_version": lowest} if lowest in tls.VERSIONS else {}
    return {"min_version": "TLSv1.2"} if version >= (2, 6) else {}
