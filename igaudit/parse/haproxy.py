"""HAProxy's settings: each `bind` line of a frontend or listen section, with the defaults of `global`.

Since 2.2 a bind line takes no version below TLS 1.2 unless it is told to (HAProxy's configuration manual).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_NAMED = {{"TLSv1": "TLSv1.0"}.get(version, version): version for version in tls.span("SSLv3")}
_VERSIONS = {name.lower().replace(".", ""): version for name, version in _NAMED.items()}
Shared = Mapping[str, list[str]]
_WITH_VALUE = ("ssl-min-ver", "ssl-max-ver", "ciphers", "curves", "ecdhe")


@dataclass(slots=True)
class Section:
    """One section: its kind, its name, and its lines."""

    kind: str
    name: str
    file: str
    said: list[list[str]] = field(default_factory=list)

    def last(self, name: str) -> list[str]:
        """The words after the last line `name`; none where there is no such line."""
        return next((words[1:] for words in reversed(self.said) if words[0] == name), [])


def settings(text: str) -> dict[str, object]:
    """`haproxy` (bind lines with TLS) and `haproxy_plain` (those that speak plain HTTP)."""
    found = tls.said(text)
    sections = _sections(found)
    shared = _shared(sections)
    binds = list(_binds(sections))
    return tls.lists_or_gap(
        found,
        {
            "haproxy": (_site(found, s, bind, shared) for s, bind in binds if "ssl" in bind[1:]),
            "haproxy_plain": (_plain(s, bind) for s, bind in binds if "ssl" not in bind[1:] and _http(s)),
        },
    )


def _sections(found: Said) -> list[Section]:
    """The sections in their order; a frontend begins with the lines of the `defaults` before it."""
    sections: list[Section] = []
    defaults: list[list[str]] = []
    for file, words in found.settings:
        if words[0] == "section" and len(words) > 2:
            if words[1] == "defaults":
                defaults = []
            taken = list(defaults) if words[1] in ("frontend", "listen") else []
            sections.append(Section(words[1], words[2], file, taken))
        elif sections:
            sections[-1].said.append(words)
            if sections[-1].kind == "defaults":
                defaults.append(words)
    return sections


def _shared(sections: list[Section]) -> dict[str, list[str]]:
    """What `global` sections say: options add up, of the others the last one holds."""
    shared: dict[str, list[str]] = {}
    for section in sections:
        for name, *words in section.said if section.kind == "global" else ():
            before = shared.get(name, []) if name == "ssl-default-bind-options" else []
            shared[name] = [*before, *words]
    return shared


def _binds(sections: list[Section]) -> Iterator[tuple[Section, list[str]]]:
    for section in sections:
        if section.kind in ("frontend", "listen"):
            yield from ((section, words[1:]) for words in section.said if words[0] == "bind" and words[1:])


def _http(section: Section) -> bool:
    return section.last("mode") == ["http"]


def _options(words: list[str]) -> dict[str, str]:
    """The options of a bind line, or of ssl-default-bind-options, each with its value."""
    options: dict[str, str] = {}
    following = iter(words)
    for word in following:
        options[word] = next(following, "") if word in _WITH_VALUE else ""
    return options


def _site(found: Said, section: Section, bind: list[str], shared: Shared) -> dict[str, object]:
    own = _options(bind[1:])
    options = {**_options(shared.get("ssl-default-bind-options", [])), **own}
    return {
        "site": f"haproxy {section.name} {bind[0]}",
        "ports": tls.ports(bind[0].split(","), 0),
        "file": section.file,
        "compression": False,
        "session_tickets": "no-tls-tickets" not in options,
        "server_order": "prefer-client-ciphers" not in options,
        **_curves(own, shared),
        **_dh_bits(shared),
        **_versions(found, own, options),
        **_ciphers(found, own, shared),
        **_hsts(section),
    }


def _versions(found: Said, own: Mapping[str, str], options: Mapping[str, str]) -> dict[str, object]:
    if "crt-list" in own:
        # Its lines may set versions for single names.
        return {}
    forced = [name[6:] for where in (options, own) for name in where if name.startswith("force-")]
    if forced and forced[-1] in _VERSIONS:
        return {"versions": [_VERSIONS[forced[-1]]]}
    version = tls.release(found.marks.get("igaudit-version", ""))
    lowest, highest = options.get("ssl-min-ver"), options.get("ssl-max-ver")
    # no-tlsv1x is ignored beside ssl-min-ver and ssl-max-ver.
    off = set() if lowest or highest else {_VERSIONS.get(name[3:]) for name in options}
    if lowest is None and not version:
        return {}
    newest = _NAMED.get(highest or "TLSv1.3")
    oldest = _NAMED.get(lowest) if lowest else "TLSv1.2" if version >= (2, 2) else "TLSv1"
    if newest is None or oldest is None:
        return {}
    # Without a lower end, one that would lie above the upper end is moved down to it.
    both = sorted((oldest, newest), key=tls.VERSIONS.index)
    span = tls.span(newest, newest) if lowest is None and both[0] != oldest else tls.span(oldest, newest)
    return {"versions": [version for version in span if version not in off]}


def _ciphers(found: Said, own: Mapping[str, str], shared: Shared) -> dict[str, object]:
    """The suites are left out where HAProxy runs with another library than the one that was asked."""
    string = own.get("ciphers") or (shared.get("ssl-default-bind-ciphers") or ["DEFAULT"])[0]
    suites = found.suites.get(string, [])
    asked = tls.without_dates(found.marks.get("igaudit-openssl", ""))
    if not suites or "crt-list" in own or asked != found.marks.get("igaudit-library"):
        return {"ciphers": string}
    return {"ciphers": string, "suites": suites}


def _curves(own: Mapping[str, str], shared: Shared) -> dict[str, object]:
    named = own.get("curves") or own.get("ecdhe") or (shared.get("ssl-default-bind-curves") or [""])[0]
    return {"curves": named.split(":") if named else None}


def _dh_bits(shared: Shared) -> dict[str, object]:
    """The size that is set; parameters in a certificate's own file are not looked at."""
    said = shared.get("tune.ssl.default-dh-param", [])
    return {"dh_bits": int(said[0]) if said and said[0].isdecimal() and len(said[0]) < 7 else None}


def _hsts(section: Section) -> dict[str, object]:
    """Left out where the frontend adds none: what stands behind it may set the header itself."""
    age = tls.hsts_seconds("".join(section.last("hsts")))
    return {} if age is None else {"hsts_max_age": age}


def _plain(section: Section, bind: list[str]) -> dict[str, object]:
    said = [words[1:] for words in section.said if words[0] == "redirect"]
    redirects = any(when in (["always"], ["plain"]) for when in said)
    return {
        "site": f"haproxy {section.name} {bind[0]}",
        "file": section.file,
        "loopback": all(tls.is_loopback(address) for address in bind[0].split(",")),
        **({"redirects": redirects} if redirects or not said else {}),
    }
