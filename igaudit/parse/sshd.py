"""`sshd -T`: one setting a line, `keyword value`, keywords in lower case (sshd_config(5))."""

import re
from collections.abc import Mapping

from igaudit.parse import Unparsable, stock

_YES_NO = {
    "password_authentication": "passwordauthentication",
    "kbd_interactive_authentication": "kbdinteractiveauthentication",
    "permit_empty_passwords": "permitemptypasswords",
    "x11_forwarding": "x11forwarding",
    "allow_agent_forwarding": "allowagentforwarding",
    "host_based_authentication": "hostbasedauthentication",
    "use_pam": "usepam",
}
_NUMBERS = {
    "max_auth_tries": "maxauthtries",
    "login_grace_seconds": "logingracetime",
    "client_alive_interval": "clientaliveinterval",
    "client_alive_count_max": "clientalivecountmax",
}
_WORDS = {
    "permit_root_login": "permitrootlogin",
    "allow_tcp_forwarding": "allowtcpforwarding",
    "permit_tunnel": "permittunnel",
    "ignore_rhosts": "ignorerhosts",
    "permit_user_environment": "permituserenvironment",
    "log_level": "loglevel",
}
_LISTS = {
    "kex": "kexalgorithms",
    "ciphers": "ciphers",
    "macs": "macs",
    "host_key_algorithms": "hostkeyalgorithms",
}
# OpenSSH before 8.7 knows the setting by its older name.
_OLDER_NAMES = {"kbdinteractiveauthentication": "challengeresponseauthentication"}


def settings(text: str) -> dict[str, object]:
    """The settings in force, the server's version, and whether Match blocks change some of them."""
    first = stock.key_values(text)
    if "permitrootlogin" not in first:
        raise Unparsable("this is not what sshd -T prints")
    return {
        **{fact: _setting(first, keyword) == "yes" for fact, keyword in _YES_NO.items()},
        **{fact: stock.integer(_setting(first, keyword), keyword) for fact, keyword in _NUMBERS.items()},
        **{fact: _word(_setting(first, keyword)) for fact, keyword in _WORDS.items()},
        **{fact: _setting(first, keyword).split(",") for fact, keyword in _LISTS.items()},
        "authentication_methods": first.get("authenticationmethods", "any").split(),
        "required_rsa_size": int(first["requiredrsasize"]) if "requiredrsasize" in first else None,
        "listen_addresses": _all(text, "listenaddress"),
        "allow_users": _all(text, "allowusers"),
        "allow_groups": _all(text, "allowgroups"),
        "version": _version(first.get("igaudit-version", "")),
        "match_blocks": "igaudit-match" in first,
    }


def _setting(first: Mapping[str, str], keyword: str) -> str:
    for name in (keyword, _OLDER_NAMES.get(keyword, keyword)):
        if name in first:
            return first[name]
    raise Unparsable(f"no {keyword} in what sshd -T printed")


def _word(value: str) -> str:
    # `sshd -T` prints the older of two names for the same setting.
    return "prohibit-password" if value == "without-password" else value


def _all(text: str, keyword: str) -> list[str]:
    pairs = (line.split(None, 1) for line in text.splitlines())
    return [pair[1].strip() for pair in pairs if len(pair) == 2 and pair[0] == keyword]


def _version(said: str) -> str | None:
    found = re.search(r"OpenSSH_([0-9][0-9A-Za-z.]*)", said)
    return found[1] if found else None
