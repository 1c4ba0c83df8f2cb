"""The OpenSSH server's settings: what `sshd -T` prints, one `keyword value` a line (sshd_config(5))."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, sshd_config, stock

Facts = dict[str, object]

_YES_NO = {
    "password_authentication": "passwordauthentication",
    "kbd_interactive_authentication": sshd_config.KEYBOARD,
    "permit_empty_passwords": "permitemptypasswords",
    "x11_forwarding": "x11forwarding",
    "allow_agent_forwarding": "allowagentforwarding",
    "host_based_authentication": "hostbasedauthentication",
    "use_pam": "usepam",
}
_WORDS = {
    "permit_root_login": "permitrootlogin",
    "allow_tcp_forwarding": "allowtcpforwarding",
    "permit_tunnel": "permittunnel",
    "ignore_rhosts": "ignorerhosts",
    "permit_user_environment": "permituserenvironment",
}
_NUMBERS = {
    "max_auth_tries": "maxauthtries",
    "login_grace_seconds": "logingracetime",
    "required_rsa_size": "requiredrsasize",
}
_ALGORITHMS = {
    "kex": "kexalgorithms",
    "ciphers": "ciphers",
    "macs": "macs",
    "host_key_algorithms": "hostkeyalgorithms",
    "pubkey_algorithms": "pubkeyacceptedalgorithms",
}
_LISTS = {
    "authentication_methods": "authenticationmethods",
    "allow_users": "allowusers",
    "allow_groups": "allowgroups",
}
_FORWARDING = ("x11_forwarding", "allow_agent_forwarding", "allow_tcp_forwarding", "permit_tunnel")
# Lists of what was seen: those of several servers add up.
_SEEN = ("listen", "match_settings", "config_files")
SETTINGS = (
    *(*_YES_NO, *_WORDS, *_NUMBERS, *_ALGORITHMS, *_LISTS, *_SEEN),
    *("silent_session_seconds", "log_level", "pubkey_auth_options"),
)
# PAM modules that ask for something besides a password, by their documentation.
_SECOND_FACTORS = re.compile(
    r"pam_(google_authenticator|oath|otpw|u2f|yubico|duo|radius_auth|privacyidea|linotp|multiotp|"
    r"securid|pkcs11|p11|aad)\.so\Z"
)


@dataclass(slots=True)
class _Server:
    """A server that listens (or would): what `sshd -T` says of it, and the lines of its files."""

    said: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def settings(text: str) -> Facts:
    """The settings in force, with the Match blocks, the files' modes and what the program can do."""
    servers, program = _servers(text)
    if "igaudit-other-server" in program:
        gap = Unread(Reason.UNSUPPORTED, f"another SSH server listens: {program['igaudit-other-server'][0]}")
        open_facts = dict.fromkeys((*SETTINGS, "strict_kex", "pam_second_factors"), gap)
        return {**open_facts, "version": _version(program)}
    if not servers:
        raise Unparsable("this is not what the probe prints")
    facts = _joined([_server(server, program) for server in servers])
    if odd := [line for server in servers for line in server.files if line.startswith("igaudit-odd ")]:
        unread = Unread(Reason.UNSUPPORTED, f"not followed: {odd[0][12:100]}")
        facts["incomplete"] = dict.fromkeys(("match_settings", "config_files"), unread)
    return {**facts, **_program(program, servers)}


def _servers(text: str) -> tuple[list[_Server], dict[str, list[str]]]:
    """The servers, and what is said of the program they are: the values by mark."""
    servers: list[_Server] = []
    program: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in stock.lines(text):
        mark, _, rest = line.partition(" ")
        if mark == "igaudit-server":
            servers.append(_Server())
            lines = servers[-1].said
        elif mark == "igaudit-files" and servers:
            lines = servers[-1].files
        elif mark == "igaudit-program":
            lines = None
        elif mark == "igaudit-other-server" or lines is None:
            program.setdefault(mark, []).append(rest)
        else:
            lines.append(line)
    return servers, program


def _server(server: _Server, program: Mapping[str, list[str]]) -> Facts:
    """The facts of one server: from `sshd -T`, or from its files alone where that refused."""
    version = _version(program)
    config = sshd_config.read(server.files)
    refused = next((line for line in server.said if line.startswith("igaudit-refused ")), "")
    said = _from_files(config.first, version) if refused else _first(server.said)
    if not refused and "permitrootlogin" not in said:
        raise Unparsable("this is not what sshd -T prints")
    why = f"{refused[16:120]}, and the files do not say" if refused else "sshd does not say"
    facts: Facts = dict.fromkeys(SETTINGS, Unread(Reason.UNSUPPORTED, why))
    facts |= {} if refused else {"required_rsa_size": None, "allow_users": [], "allow_groups": []}
    facts |= {} if refused else {"authentication_methods": ["any"], "pubkey_auth_options": []}
    facts |= _converted(said, version)
    if "igaudit-crypto-policy" in program:
        gap = "the system's crypto policy is handed to sshd when it starts, and none runs"
        facts |= dict.fromkeys(_ALGORITHMS, Unread(Reason.UNSUPPORTED, gap))
    facts["match_settings"] = list(config.match_settings(said, version))
    return {**facts, "config_files": config.files}


def _first(lines: list[str]) -> dict[str, str]:
    """The value by keyword; lists that take a line for each entry are joined."""
    found: dict[str, str] = {}
    for line in lines:
        keyword, _, value = line.partition(" ")
        keyword, value = sshd_config.ALIASES.get(keyword, keyword), value.strip()
        if keyword in sshd_config.REPEATED:
            found[keyword] = f"{found.get(keyword, '')} {value}".strip()
        elif keyword == sshd_config.KEYBOARD and value == "yes":
            # Before 8.7 there were two settings for it; either switched it on.
            found[keyword] = value
        else:
            found.setdefault(keyword, value)
    return found


def _from_files(first: Mapping[str, str], version: str | None) -> dict[str, str]:
    """What the files say for sure. Before 8.7 keyboard-interactive had a second setting, on by default."""
    said = {keyword: value for keyword, value in first.items() if keyword != "listenaddress"}
    if sshd_config.older(version, 8, 7) and "challengeresponseauthentication" not in said:
        said.pop(sshd_config.KEYBOARD, None)
    return said


def _converted(said: Mapping[str, str], version: str | None) -> Facts:
    """The settings that `said` holds, as facts."""
    facts: Facts = {}
    for names, convert in _CONVERSIONS:
        facts |= {fact: convert(said[word]) for fact, word in names.items() if word in said}
    if said.get("gssapikeyexchange") == "yes" and isinstance(facts.get("kex"), list):
        methods = _names(said.get("gssapikexalgorithms", ""))
        facts["kex"] = [*_names(said["kexalgorithms"]), *(f"{method}*" for method in methods)]
    if said.get("disableforwarding") == "yes":
        facts |= {fact: False if fact in _YES_NO else "no" for fact in _FORWARDING}
    facts["silent_session_seconds"] = sshd_config.silent_seconds(said, version)
    return {fact: value for fact, value in facts.items() if not isinstance(value, Unread)}


def _names(value: str) -> list[str]:
    return [name for name in value.split(",") if name]


def _algorithms(value: str) -> list[str] | Unread:
    # +, - and ^ in a file change a default that only sshd knows; sshd -T prints what comes of it.
    return Unread(Reason.UNSUPPORTED) if value[:1] in ("+", "-", "^") else _names(value)


def _options(value: str) -> list[str]:
    return [] if value == "none" else value.replace(",", " ").split()


def _sockets(value: str) -> list[Facts] | Unread:
    words = re.sub(r" rdomain \S+", "", value).split()
    if not words:
        return Unread(Reason.INCOMPLETE_RECORD)
    return [{"socket": word, "address": word.rpartition(":")[0].strip("[]")} for word in words]


_CONVERSIONS: tuple[tuple[Mapping[str, str], Callable[[str], object]], ...] = (
    (_YES_NO, lambda value: value.lower() == "yes"),
    (_WORDS, sshd_config.word),
    (_NUMBERS, sshd_config.number),
    (_ALGORITHMS, _algorithms),
    (_LISTS, str.split),
    ({"listen": "listenaddress"}, _sockets),
    ({"log_level": "loglevel"}, str.upper),
    ({"pubkey_auth_options": "pubkeyauthoptions"}, _options),
)


def _joined(servers: list[Facts]) -> Facts:
    """The facts of all servers as one: what they do not agree on is not known of the server."""
    facts = dict(servers[0])
    for other in servers[1:]:
        for name, value in other.items():
            mine = facts[name]
            if name in _SEEN and isinstance(mine, list) and isinstance(value, list):
                facts[name] = mine + [item for item in value if item not in mine]
            elif mine != value:
                gap = f"{len(servers)} SSH servers listen, and they differ in it"
                facts[name] = Unread(Reason.UNSUPPORTED, gap)
    return facts


def _program(program: Mapping[str, list[str]], servers: list[_Server]) -> Facts:
    """What is known of the program and of PAM, whatever the settings are."""
    facts: Facts = {"version": _version(program)}
    if "igaudit-strict-kex" in program:
        facts["strict_kex"] = program["igaudit-strict-kex"] == ["yes"]
    if all(_first(server.said).get("usepam") == "no" for server in servers):
        facts["pam_second_factors"] = []
    elif "igaudit-pam-unread" not in program and "igaudit-pam" in program:
        facts["pam_second_factors"] = list(_second_factors(program["igaudit-pam"]))
    return facts


def _second_factors(lines: list[str]) -> Iterator[str]:
    """The modules that nobody passes by: not sufficient, not optional, and not for enrolled users alone."""
    for line in lines:
        module, whom, control = [*line.split(None, 2), "", "", ""][:3]
        name = module.rpartition("/")[2]
        if whom == "all" and control not in ("sufficient", "optional") and _SECOND_FACTORS.match(name):
            yield name


def _version(program: Mapping[str, list[str]]) -> str | None:
    found = re.search(r"OpenSSH_([0-9][0-9A-Za-z.]*)", program.get("igaudit-version", [""])[0])
    return found[1] if found else None
