"""Apache's settings: each virtual host that speaks TLS, with what it takes from the server around it.

Within one place the last directive wins; a virtual host's own wins over the server's
(mod_ssl's documentation).
"""

from igaudit.parse import tls_settings as tls
from igaudit.parse.apache_hosts import Host, read
from igaudit.parse.tls_settings import Said

_TLS = {version.lower(): version for version in tls.VERSIONS}


def settings(text: str) -> dict[str, object]:
    """`apache` (virtual hosts that speak TLS) and `apache_plain` (those that speak plain HTTP)."""
    found = tls.said(text)
    main, *named = read(found)
    hosts = named + _uncovered(main, named)
    return tls.lists_or_gap(
        found,
        {
            "apache": (_site(found, host, main) for host in hosts if _encrypted(host, main)),
            "apache_plain": (_plain(host, main) for host in hosts if not _encrypted(host, main)),
        },
    )


def _uncovered(main: Host, named: list[Host]) -> list[Host]:
    """The server itself, at the ports that no virtual host answers."""
    covered = {address.rpartition(":")[2] for host in named for address in host.addresses}
    if covered & {"*", "_default_"}:
        return []
    listens = list(dict.fromkeys(listen[0] for listen in main.all("listen") if listen))
    left = [listen for listen in listens if listen.rpartition(":")[2] not in covered]
    return [Host("", left, main.said)] if left else []


def _value(host: Host, main: Host, name: str) -> list[str] | None:
    said = host.last(name)
    return said if said is not None else main.last(name)


def _encrypted(host: Host, main: Host) -> bool:
    return [word.lower() for word in _value(host, main, "sslengine") or []] in (["on"], ["optional"])


def _label(host: Host, main: Host) -> str:
    name = (_value(host, main, "servername") or ["_"])[:1] or ["_"]
    return f"apache {name[0]} {', '.join(host.addresses)}".rstrip()


def _is_on(host: Host, main: Host, name: str, default: bool) -> bool:
    said = _value(host, main, name)
    return said[0].lower() == "on" if said else default


def _site(found: Said, host: Host, main: Host) -> dict[str, object]:
    return {
        "site": _label(host, main),
        "ports": tls.ports(host.addresses, 443),
        "file": host.file,
        **({} if _commanded(host, main, "dhparameters") else {"dh_bits": None}),
        **_curves(host, main),
        "compression": _is_on(host, main, "sslcompression", False),
        "session_tickets": _is_on(host, main, "sslsessiontickets", True),
        "server_order": _is_on(host, main, "sslhonorcipherorder", False),
        **_versions(found, host, main),
        **_ciphers(found, host, main),
        **_hsts(host, main),
    }


def _curves(host: Host, main: Host) -> dict[str, object]:
    named = [
        said[1]
        for where in (main, host)
        for said in where.all("sslopensslconfcmd")
        if len(said) > 1 and said[0].lower() in ("curves", "groups", "ecdhparameters")
    ]
    return {
        "curves": named[-1].split(":") if named and named[-1].lower() not in ("auto", "automatic") else None
    }


def _commanded(host: Host, main: Host, *names: str) -> bool:
    """Whether a command for OpenSSL itself sets one of these, over what Apache sets."""
    return any(
        said[0].lower() in names for where in (host, main) for said in where.all("sslopensslconfcmd") if said
    )


def _versions(found: Said, host: Host, main: Host) -> dict[str, object]:
    if _commanded(host, main, "protocol", "minprotocol", "maxprotocol"):
        return {}
    said = _value(host, main, "sslprotocol")
    if said is None:
        lowest = found.marks.get("igaudit-policy")
        if lowest is not None:
            return {"versions": tls.span(lowest)} if lowest in tls.VERSIONS else {}
        said = ["all", "-SSLv3"]
    versions = resolved(said, found.marks.get("igaudit-openssl", ""))
    return {} if versions is None else {"versions": versions}


def resolved(words: list[str], openssl: str) -> list[str] | None:
    """SSLProtocol from left to right: `+` adds, `-` takes away, a bare word takes the place of all before it.

    None where a word is no version. `all` holds SSLv3 only before OpenSSL 1.1.0, which is built without it.
    """
    old = (0,) < tls.release(tls.without_dates(openssl)) < (1, 1)
    on: set[str] = set()
    for word in words:
        sign, name = (word[0], word[1:]) if word[:1] in "+-" else ("", word)
        if name.lower() == "all":
            these = set(tls.span("SSLv3" if old else "TLSv1"))
        elif name.lower() in _TLS:
            these = {_TLS[name.lower()]}
        else:
            return None
        on = on - these if sign == "-" else on | these if sign == "+" else these
    return [version for version in tls.VERSIONS if version in on]


def _ciphers(found: Said, host: Host, main: Host) -> dict[str, object]:
    """The string for TLS 1.2 and older; `SSLCipherSuite TLSv1.3 …` is another one."""
    said = [
        words
        for words in main.all("sslciphersuite") + (host.all("sslciphersuite") if host is not main else [])
        if words and not (len(words) > 1 and words[0].lower() == "tlsv1.3")
    ]
    string = said[-1][-1] if said else "DEFAULT"
    suites = found.suites.get(string, [])
    known = bool(suites) and not _commanded(host, main, "cipherstring")
    return {"ciphers": string, "suites": suites} if known else {"ciphers": string}


def _hsts(host: Host, main: Host) -> dict[str, object]:
    """Left out where the header may come from elsewhere: a program behind, or a .htaccess file."""
    for said in (host.all("hsts"), main.all("hsts")):
        if said and len(said[-1]) > 1 and said[-1][0] != "unset":
            age = tls.hsts_seconds(said[-1][1])
            return {} if age is None else {"hsts_max_age": age}
    elsewhere = host.last("handed_on") is not None or main.last("handed_on") is not None
    return {} if elsewhere else {"hsts_max_age": None}


def _plain(host: Host, main: Host) -> dict[str, object]:
    return {
        "site": _label(host, main),
        "file": host.file,
        "loopback": bool(host.addresses) and all(tls.is_loopback(address) for address in host.addresses),
        **_redirects(host, main),
    }


def _redirects(host: Host, main: Host) -> dict[str, object]:
    """Left out where it depends on conditions that are about something else than HTTPS."""
    if ["all", "https"] in host.all("redirect"):
        before = ["before"] in host.all("handed_on") + main.all("handed_on")
        return {} if before else {"redirects": True}
    conditions: list[str] = []
    doubtful = False
    rewrites = [word.lower() for word in host.last("rewriteengine") or []] == ["on"]
    for words in host.said if rewrites else []:
        if words[0] == "rewritecond":
            conditions.append(words[1] if len(words) > 1 else "")
        elif words[0] == "rewriterule":
            if words[1:] == ["all", "https"] and "other" not in conditions:
                return {"redirects": True}
            doubtful = doubtful or words[2:] == ["https"]
            conditions = []
    doubtful = doubtful or any(words[1:] == ["https"] for words in host.all("redirect"))
    return {} if doubtful else {"redirects": False}
