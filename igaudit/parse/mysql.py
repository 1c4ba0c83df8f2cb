"""The option files of MySQL and MariaDB: of the groups that the server reads, the last setting wins.

Defaults are those of the manuals: MySQL 8.0.28 took away TLS 1.0 and 1.1 and makes its own certificate;
MariaDB needs one before 11.4, and turned TLS 1.0 and 1.1 off in the releases of November 2023.
"""

import re
from dataclasses import dataclass, field

from igaudit.parse import Unparsable
from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_ON = ("1", "on", "true", "")
_OFF = ("0", "off", "false")
# The release of each series that first left out TLS 1.1 (MDEV-31369).
_WITHOUT_OLD: dict[tuple[int, ...], int] = {(10, 4): 32, (10, 5): 23, (10, 6): 16, (10, 10): 7, (10, 11): 6}
_WITHOUT_OLD |= {(11, 0): 4, (11, 1): 3, (11, 2): 2}


@dataclass(slots=True)
class Server:
    """What the server is, and the options that it takes."""

    mariadb: bool
    version: tuple[int, ...]
    file: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def is_on(self, name: str) -> bool | None:
        """Whether an option is set, without value or with a word for yes; None where it is not set."""
        return self.said[name].lower() in _ON if name in self.said else None


def settings(text: str) -> dict[str, object]:
    """`mysql`: one record, or the gap; raises Unparsable."""
    found = tls.said(text)
    server = _server(found)
    _read(found, server)
    return tls.lists_or_gap(found, {"mysql": iter([_record(found, server)])})


def _server(found: Said) -> Server:
    said = found.marks.get("igaudit-version", "")
    number = re.search(r"Ver ([0-9]+(?:\.[0-9]+)+)(-MariaDB)?", said)
    if number is None:
        raise Unparsable(f"not what mysqld --version prints: {said[:60]!r}")
    return Server(number[2] is not None, tls.release(number[1]))


def _groups(server: Server) -> set[str]:
    series = ".".join(str(part) for part in server.version[:2])
    names = {"mysqld", "server", f"mysqld-{series}"}
    if server.mariadb:
        names |= {"mariadb", "mariadbd", "client-server", "galera", f"mariadb-{series}", f"mariadbd-{series}"}
    return names


def _read(found: Said, server: Server) -> None:
    ours = False
    last: dict[str, str] = {}
    for file, words in found.settings:
        value = words[1] if len(words) > 1 else ""
        if words[0] == "group":
            ours = value in _groups(server)
        elif words[0] == "persisted" and len(words) > 2:
            last[words[1]] = words[2]
        elif ours:
            server.file = server.file or file
            _set(server, words[0], value)
    server.said.update(last)


def _set(server: Server, name: str, value: str) -> None:
    for prefix, on in (("skip_", "0"), ("disable_", "0"), ("enable_", "1")):
        plain = name.removeprefix(prefix)
        if plain in ("ssl", "require_secure_transport", "mysqlx") and plain != name:
            server.said[plain] = on if value.lower() in _ON else "01"[on == "0"]
            return
    server.said[name] = value.lower() if name == "mysqlx" else value


def _record(found: Said, server: Server) -> dict[str, object]:
    name = "mariadb" if server.mariadb else "mysql"
    return {
        "service": name,
        "file": server.file or "/etc/my.cnf",
        "network": _reached(server),
        "requires_tls": server.is_on("require_secure_transport") is True,
        **_flag(found, server),
        **_versions(server),
        **_ciphers(found, server),
    }


def _reached(server: Server) -> bool:
    if server.is_on("skip_networking"):
        return False
    addresses = [server.said.get("bind_address", "*"), server.said.get("admin_address") or "127.0.0.1"]
    # Beside its own protocol MySQL speaks another one, at an address of its own.
    if not server.mariadb and server.version >= (8, 0, 11) and server.said.get("mysqlx") not in _OFF:
        addresses.append(server.said.get("mysqlx_bind_address", "*"))
    return any(not tls.is_loopback(one.strip()) for one in ",".join(addresses).split(","))


def _flag(found: Said, server: Server) -> dict[str, object]:
    """Left out where it depends on a certificate in a folder that could not be looked into."""
    if server.is_on("ssl") is False or server.said.get("tls_version", "all") == "":
        return {"tls": False}
    if server.said.get("ssl_cert") or (server.mariadb and server.version >= (11, 4)):
        return {"tls": True}
    if server.mariadb:
        return {"tls": False}
    if found.marks.get("igaudit-data") != "read":
        return {}
    return {"tls": "igaudit-certificate" in found.marks}


def _versions(server: Server) -> dict[str, object]:
    said = server.said.get("tls_version", "")
    if said:
        named = {word.strip().lower() for word in said.split(",")}
        return {"versions": [version for version in tls.VERSIONS if version.lower() in named]}
    default = _mariadb_default(server.version) if server.mariadb else _mysql_default(server.version)
    return {"versions": default} if default else {}


def _mariadb_default(version: tuple[int, ...]) -> list[str]:
    """None is known for the releases before: they differ by how they were built."""
    since = _WITHOUT_OLD.get(version[:2])
    new_enough = version > (11, 2, 99) if since is None else version[2:3] >= (since,)
    return tls.span("TLSv1.2") if new_enough else []


def _mysql_default(version: tuple[int, ...]) -> list[str]:
    if version >= (8, 0, 28):
        return tls.span("TLSv1.2")
    return tls.span("TLSv1") if version >= (8, 0, 16) else tls.span("TLSv1", "TLSv1.2")


def _ciphers(found: Said, server: Server) -> dict[str, object]:
    """Without a string the server takes a list of its own, which nothing on the machine tells."""
    string = server.said.get("ssl_cipher", "")
    suites = found.suites.get(string, [])
    return {"ciphers": string or None, **({"suites": suites} if suites else {})}
