"""The defaults of OpenSSL, GnuTLS and Java, and the system-wide crypto policy."""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock
from igaudit.parse.openssl_conf import files_of, switched_on, system_commands

_PROTOCOLS = ("None", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
# Names in capitals and small letters as SSL_CONF_cmd(3) writes them; it reads them without regard to case.
_OPTIONS = {name.lower(): name for name in ("UnsafeLegacyRenegotiation", "UnsafeLegacyServerConnect")}
Commands = list[tuple[str, str]]
_GNUTLS_TLS = ("tls1.0", "tls1.1", "tls1.2", "tls1.3")


def openssl(text: str) -> dict[str, object]:
    """`openssl version -v -f -d`, then the lines of openssl.cnf and its includes."""
    if text.strip() == "igaudit-openssl none":
        return {
            "openssl_version": None,
            "openssl_min_protocol": None,
            "openssl_security_level": None,
            "openssl_options": [],
        }
    head, separator, rest = text.partition("\nigaudit-")
    version = re.match(r"OpenSSL ([0-9]+(?:\.[0-9a-z]+)+)", head)
    if version is None:
        raise Unparsable(f"not what openssl version prints: {head[:60]!r}")
    files = files_of((separator + rest).splitlines()[1:] if separator else [])
    commands = system_commands(files)
    facts = {
        "openssl_min_protocol": files.gap or _min_protocol(commands, version[1], head),
        "openssl_security_level": files.gap or _security_level(commands, version[1], head),
        "openssl_options": files.gap or [_OPTIONS.get(name.lower(), name) for name in switched_on(commands)],
    }
    return {"openssl_version": version[1], **facts}


def _min_protocol(commands: Commands, version: str, build: str) -> object:
    if any(name == "protocol" for name, _ in commands):
        return Unread(Reason.UNSUPPORTED, "openssl.cnf sets Protocol, the old form of MinProtocol")
    tls = [v for name, v in commands if name == "minprotocol" and not v.startswith("DTLS")]
    if tls and tls[-1] not in _PROTOCOLS:
        return Unread(Reason.UNPARSABLE, f"MinProtocol {tls[-1][:40]} is no protocol")
    if not tls and _release(version) < (3, 0) and _built_level(build) is not None:
        # Ubuntu 20.04's 1.1.1, which is built so, takes TLS 1.2 as the lowest version by itself.
        return Unread(Reason.UNSUPPORTED, "no MinProtocol: it depends on the vendor's own build")
    return tls[-1] if tls else None


def _security_level(commands: Commands, version: str, build: str) -> int:
    """@SECLEVEL of the CipherString, or the level built in: 2 from OpenSSL 3.2, 1 before (CHANGES.md)."""
    strings = [value for name, value in commands if name == "cipherstring"]
    named = re.findall(r"@SECLEVEL=([0-5])", strings[-1]) if strings else []
    if named:
        return int(named[-1])
    built = _built_level(build)
    return built if built is not None else 2 if _release(version) >= (3, 2) else 1


def _built_level(build: str) -> int | None:
    found = re.search(r"-DOPENSSL_TLS_SECURITY_LEVEL=([0-5])", build)
    return int(found[1]) if found else None


def _release(version: str) -> tuple[int, int]:
    major, minor = re.findall("[0-9]+", version)[:2]
    return int(major), int(minor)


def policy(text: str) -> dict[str, object]:
    """Lines `policy NAME`, `fips 0|1`, then the lines of GnuTLS's configuration after `gnutls FILE`."""
    head, *gnutls = re.split(r"(?m)^(?=gnutls)", text)
    said = stock.key_values(head)
    facts: dict[str, object] = {"gnutls_versions": _gnutls(gnutls)}
    if "policy" in said:
        base, *modules = said["policy"].split(":")
        facts |= {"policy": said["policy"] or None, "policy_base": base or None, "policy_modules": modules}
    if "fips" in said:
        facts["fips"] = stock.integer(said["fips"], "fips_enabled") != 0
    return facts


def _gnutls(files: list[str]) -> object:
    on: dict[str, None] = {}
    for file in files:
        title, *lines = file.splitlines()
        if title.startswith("gnutls-denied"):
            return Unread(Reason.DENIED, f"{title[14:]} cannot be read")
        for turns_on, version in (change for line in lines for change in _gnutls_changes(line)):
            if turns_on:
                on[version] = None
            else:
                on.pop(version, None)
    return list(on)


def _gnutls_changes(line: str) -> Iterator[tuple[bool, str]]:
    """(on or off, version) for each version that a line of the configuration names."""
    key, _, value = line.split("#", 1)[0].partition("=")
    name = key.strip().lower()
    if name in ("enabled-version", "disabled-version"):
        yield name == "enabled-version", value.strip().lower()
        return
    for sign, version in re.findall(r"([-+!:=]?)VERS-([A-Z0-9.-]+)", line):
        every = version in ("TLS-ALL", "ALL")
        for one in _GNUTLS_TLS if every else (version.lower(),):
            yield sign not in ("-", "!"), one


def java(text: str) -> dict[str, object]:
    """Lines of java.security files after `igaudit-file PATH`; `\\` at a line's end continues it."""
    files = dict(_java_files(text))
    overlay = files.pop("/etc/crypto-policies/back-ends/java.config", {})
    found = [_java_record(path, values, overlay) for path, values in files.items()]
    denied = [line.partition(" ")[2] for line in text.splitlines() if line.startswith("igaudit-denied ")]
    if denied:
        return {"java": found, "incomplete": {"java": Unread(Reason.DENIED, f"{denied[0]} cannot be read")}}
    return {"java": found}


def _java_files(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for part in re.split(r"(?m)^igaudit-file ", text)[1:]:
        path, _, body = part.partition("\n")
        yield path, stock.key_values(re.sub(r"\\\n[ \t]*", "", body), "=")


def _java_record(path: str, values: dict[str, str], overlay: dict[str, str]) -> dict[str, object]:
    if values.get("security.useSystemPropertiesFile") == "true":
        values = {**values, **overlay}
    if "jdk.tls.disabledAlgorithms" not in values:
        return {"file": path}
    words = values["jdk.tls.disabledAlgorithms"].split(",")
    return {"file": path, "tls_disabled": [word.strip() for word in words if word.strip()]}
