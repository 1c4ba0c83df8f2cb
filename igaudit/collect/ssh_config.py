"""What ~/.ssh/config says about a target.

paramiko reads the format, but does not know `Include`, and takes a `Match` by criteria that it does not
know for one that holds. So the files are put together here first, and such a `Match` is refused.
"""

import getpass
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from igaudit.errors import Unreachable
from igaudit.model.target import Target

USER_CONFIG = Path("~/.ssh/config")
SYSTEM_CONFIG = Path("/etc/ssh/ssh_config")
_MAX_DEPTH = 16
_KEYWORD = re.compile(r"\s*(host|match|include)(?:\s*=\s*|\s+)(.*)", re.IGNORECASE)
_CRITERIA = {"all", "canonical", "final", "host", "originalhost", "user", "localuser", "exec"}
_ALONE = {"all", "canonical", "final"}
_SAFE_NAME = re.compile(r"(?!-)[\w.:%-]{1,255}")
_SAFE_USER = re.compile(r"(?!-)[^\s'\"`$\\;&<>|(){}]{1,255}")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach one target by ssh. Paths are as they are to be opened; they need not exist.

    `where` says for messages what is reached, `address` is what it is connected to, `url` how igaudit is
    told to reach it. `agent` is the socket of an agent, or "". `connect_timeout` is in seconds.
    """

    where: str
    address: str
    port: int
    user: str
    url: str
    identity_files: tuple[Path, ...] = ()
    certificate_files: tuple[Path, ...] = ()
    identities_only: bool = False
    agent: str = field(default="", repr=False)
    hops: tuple[str, ...] = ()
    proxy_command: str = ""
    known_hosts: tuple[Path, ...] = ()
    host_key_alias: str = ""
    connect_timeout: float | None = None


def settings_of(target: Target, config_path: Path | None = None) -> Settings:
    """The settings for `target`: its own port and user first, then the configuration, then the defaults.

    `config_path` stands in for ~/.ssh/config and /etc/ssh/ssh_config. Raises Unreachable for a name that
    is none, or a configuration that cannot be used.
    """
    name = target.address or target.name
    if not _SAFE_NAME.fullmatch(name) or (target.user and not _SAFE_USER.fullmatch(target.user)):
        raise Unreachable(f"{target.user + '@' if target.user else ''}{name!r} is no name that ssh can use")
    options = _lookup(name, _text_for(target, config_path))
    return _settings(target, name, options)


def as_target(hop: str) -> Target:
    """A hop as ProxyJump names it: `[user@]name[:port]` or `ssh://…`."""
    parts = urlsplit(hop.strip() if "://" in hop else f"ssh://{hop.strip()}")
    try:
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = None, None
    if not name:
        raise Unreachable(f"ProxyJump {hop!r} is no hop", "Write it as user@name:port.")
    return Target(name=hop, transport="ssh", address=name, port=port or 0, user=parts.username or "")


def _text_for(target: Target, config_path: Path | None) -> str:
    own = ["Host *"]
    own += [f"Port {target.port}"] if target.port else []
    own += [f"User {target.user}"] if target.user else []
    if config_path:
        return "\n".join([*own, *_read(config_path, _ssh_folder(), must_exist=True)])
    user = _read(USER_CONFIG.expanduser(), _ssh_folder())
    return "\n".join([*own, *user, "Host *", *_read(SYSTEM_CONFIG, SYSTEM_CONFIG.parent)])


def _ssh_folder() -> Path:
    return Path("~/.ssh").expanduser()


def _read(path: Path, base: Path, *, must_exist: bool = False) -> list[str]:
    if not must_exist and not path.exists():
        return []
    return ["Host *", *_expanded(path, base, [], 0)]


def _expanded(path: Path, base: Path, above: list[str], depth: int) -> Iterator[str]:
    """The lines of `path` with every Include in its place; `above` are the criteria that it stands under."""
    if depth > _MAX_DEPTH:
        raise Unreachable(f"{path}: Include goes more than {_MAX_DEPTH} files deep")
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as e:
        raise Unreachable(f"{path} cannot be read: {e.strerror}") from e
    own = above
    for number, line in enumerate(lines, 1):
        found = _KEYWORD.match(line)
        if not found:
            yield line
            continue
        keyword, rest = found[1].lower(), _words(found[2], path, number)
        if keyword == "include":
            for file in _files(rest, base):
                yield from _expanded(file, base, own, depth + 1)
        else:
            own = above + _criteria(keyword, rest, path, number)
        yield _header(own)


def _words(text: str, path: Path, number: int) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError as e:
        raise Unreachable(f"{path}:{number}: {e}") from e


def _files(patterns: list[str], base: Path) -> Iterator[Path]:
    for pattern in patterns:
        whole = base / Path(pattern).expanduser()
        yield from sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))


def _criteria(keyword: str, words: list[str], path: Path, number: int) -> list[str]:
    """The criteria of a Host or Match line, as words of a Match line."""
    if keyword == "host":
        return ["originalhost", ",".join(words)]
    kinds = iter(words)
    for kind in kinds:
        if kind.lstrip("!").lower() not in _CRITERIA:
            raise Unreachable(
                f"{path}:{number}: igaudit does not know `Match {kind}`",
                "Give igaudit a configuration without it.",
            )
        if kind.lower() not in _ALONE:
            next(kinds, None)
    return words


def _header(criteria: list[str]) -> str:
    if not criteria:
        return "Host *"
    some = [word for word in criteria if word.lower() != "all"]
    return "Match " + (" ".join(shlex.quote(word) for word in some) if some else "all")


def _lookup(name: str, text: str) -> dict[str, str]:
    from paramiko.config import SSHConfig
    from paramiko.ssh_exception import SSHException

    try:
        return dict(SSHConfig.from_text(text).lookup(name))
    except (SSHException, ImportError, KeyError, ValueError) as e:
        raise Unreachable(f"the ssh configuration cannot be used: {e}") from e


def _settings(target: Target, name: str, options: dict[str, str]) -> Settings:
    user = options.get("user") or getpass.getuser()
    address, port = options["hostname"], _number(options, "port") or 22
    tokens = {"%%": "%", "%d": str(Path.home()), "%h": address, "%n": name, "%p": str(port)}
    tokens |= {"%r": user, "%u": getpass.getuser(), "%k": options.get("hostkeyalias", name)}
    identity_files = _paths("\n".join(options.get("identityfile", [])), tokens, "\n")
    known = options.get("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2")
    known += " " + options.get("globalknownhostsfile", "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2")
    hops, command = _way(options)
    return Settings(
        where=f"{name}{f' ({address})' if address != name else ''} port {port}",
        address=address,
        port=port,
        user=user,
        url=_url(target, name),
        identity_files=identity_files,
        certificate_files=_paths(options.get("certificatefile", ""), tokens, "\n"),
        identities_only=options.get("identitiesonly", "no").lower() == "yes",
        agent=_agent(options, tokens),
        hops=hops,
        proxy_command=command,
        known_hosts=_paths(known, tokens, None),
        host_key_alias=options.get("hostkeyalias", ""),
        connect_timeout=float(_number(options, "connecttimeout")) or None,
    )


def _number(options: dict[str, str], key: str) -> int:
    text = options.get(key, "")
    return int(text) if text.isdecimal() and int(text) < 65536 else 0


def _paths(text: str, tokens: dict[str, str], between: str | None) -> tuple[Path, ...]:
    words = [word.strip() for word in text.split(between)]
    return tuple(Path(_fill(w, tokens)).expanduser() for w in words if w and w.lower() != "none")


def _fill(text: str, tokens: dict[str, str]) -> str:
    text = re.sub(r"%[%a-zA-Z]", lambda m: tokens.get(m[0], m[0]), text)
    return re.sub(r"\$\{(\w+)\}", lambda m: os.environ.get(m[1], ""), text)


def _agent(options: dict[str, str], tokens: dict[str, str]) -> str:
    """IdentityAgent: a path, `none`, `SSH_AUTH_SOCK`, or `$NAME`."""
    said = options.get("identityagent", "SSH_AUTH_SOCK")
    if said.lower() == "none":
        return ""
    if said == "SSH_AUTH_SOCK" or said.startswith("$"):
        return os.environ.get(said.strip("${}"), "")
    return str(Path(_fill(said, tokens)).expanduser())


def _way(options: dict[str, str]) -> tuple[tuple[str, ...], str]:
    """ProxyJump or ProxyCommand, whichever comes first; `none` means that there is neither."""
    for key, value in options.items():
        if key == "proxyjump":
            return (() if value.lower() == "none" else tuple(value.split(","))), ""
        if key == "proxycommand":
            return (), value or ""
    return (), ""


def _url(target: Target, name: str) -> str:
    user = f"{target.user}@" if target.user else ""
    literal = f"[{name}]" if ":" in name else name
    return f"ssh://{user}{literal}" + (f":{target.port}" if target.port else "")
