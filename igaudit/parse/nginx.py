"""nginx's settings: its `server` blocks, with what they inherit from the block around them.

Defaults are those of ngx_http_ssl_module(7): before 1.23.4 TLS 1.0 and 1.1 were among the versions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_DEFAULT_CIPHERS = "HIGH:!aNULL:!MD5"
_MAX_DEPTH = 60
_MOVED = ("301", "302", "307", "308")


@dataclass(slots=True)
class Block:
    """One `{ … }`: the words before it, the statements in it, and the blocks in it."""

    words: list[str]
    file: str
    statements: list[list[str]] = field(default_factory=list)
    inner: list["Block"] = field(default_factory=list)

    def last(self, name: str) -> list[str] | None:
        """The words after the statement `name`; None where there is none."""
        return next((words[1:] for words in reversed(self.statements) if words[0] == name), None)

    def all(self, name: str) -> list[list[str]]:
        """The words after each statement `name`."""
        return [words[1:] for words in self.statements if words[0] == name]


def settings(text: str) -> dict[str, object]:
    """`nginx` (servers that speak TLS) and `nginx_plain` (those that speak plain HTTP)."""
    found = tls.said(text)
    tree = _tree(found)
    servers = list(_servers(tree))
    for chain in servers:
        _inherit(chain)
    for outer in tree.inner:
        _share([block for block in outer.inner if block.words[:1] == ["server"]])
    return tls.lists_or_gap(
        found,
        {
            "nginx": (_site(found, chain) for chain in servers if _speaks_tls(chain[0])),
            "nginx_plain": (_plain(chain) for chain in servers if _speaks_http(chain)),
        },
    )


def _tree(found: Said) -> Block:
    """The outermost block. Braces that do not match set the gap."""
    open_blocks = [Block([], "")]
    for file, words in found.settings:
        if words[0] == "{":
            block = Block(words[1:], file)
            open_blocks[-1].inner.append(block)
            open_blocks.append(block)
        elif words[0] != "}":
            open_blocks[-1].statements.append(words)
        elif len(open_blocks) > 1:
            open_blocks.pop()
        else:
            found.gap = found.gap or _uneven()
        if len(open_blocks) > _MAX_DEPTH:
            break
    if len(open_blocks) > 1:
        found.gap = found.gap or _uneven()
    return open_blocks[0]


def _uneven() -> Unread:
    return Unread(Reason.UNPARSABLE, "the braces of nginx's settings do not match")


def _servers(tree: Block) -> Iterator[tuple[Block, ...]]:
    """Each server block, then the blocks around it from the inside out."""
    for outer in tree.inner:
        if outer.words[:1] in (["http"], ["stream"], ["mail"]):
            yield from ((block, outer, tree) for block in outer.inner if block.words[:1] == ["server"])


def _inherit(chain: tuple[Block, ...]) -> None:
    """What decides whether a server speaks TLS, and may stand around it, is set in it."""
    for name in ("ssl", "starttls", "ssl_reject_handshake"):
        said = _value(chain, name)
        if said is not None and chain[0].last(name) is None:
            chain[0].statements.append([name, *said])


def _share(servers: list[Block]) -> None:
    """`ssl` on one server's `listen` holds for every server at that address."""
    listens = [listen for server in servers for listen in server.all("listen") if listen]
    encrypted = {_address(listen[0]) for listen in listens if "ssl" in listen[1:]}
    for server in servers:
        for words in server.statements:
            if words[0] == "listen" and len(words) > 1 and _address(words[1]) in encrypted:
                words.append("ssl")


def _address(listen: str) -> str:
    """`443` is `*:443`, and an address without a port is at port 80."""
    if listen.isdecimal():
        return f"*:{listen}"
    listen = listen.replace("0.0.0.0:", "*:")
    return listen if re.search(r":[0-9]+\Z", listen) or listen.startswith("unix:") else f"{listen}:80"


def _is(said: list[str] | None, *words: str) -> bool:
    """Whether one of these words is said; nginx reads them in capitals too."""
    return (said or [""])[0].lower() in words


def _value(chain: tuple[Block, ...], name: str) -> list[str] | None:
    return next((said for block in chain if (said := block.last(name)) is not None), None)


def _is_on(chain: tuple[Block, ...], name: str, default: bool) -> bool:
    said = _value(chain, name)
    return _is(said, "on") if said is not None else default


def _speaks_tls(server: Block) -> bool:
    return not _is(server.last("ssl_reject_handshake"), "on") and bool(_listens(server, encrypted=True))


def _speaks_http(chain: tuple[Block, ...]) -> bool:
    return chain[1].words[:1] == ["http"] and bool(_listens(chain[0], encrypted=False))


def _listens(server: Block, *, encrypted: bool) -> list[str]:
    """The addresses with TLS, or those without."""
    every = _is(server.last("ssl"), "on") or _is(server.last("starttls"), "on", "only")
    listens = [listen for listen in server.all("listen") if listen] or [["80"]]
    return [
        listen[0] for listen in listens if (every or bool({"ssl", "quic"} & set(listen[1:]))) == encrypted
    ]


def _name(server: Block, *, encrypted: bool) -> str:
    names = server.last("server_name") or ["_"]
    return f"nginx {names[0]} {', '.join(dict.fromkeys(_listens(server, encrypted=encrypted)))}"


def _site(found: Said, chain: tuple[Block, ...]) -> dict[str, object]:
    record: dict[str, object] = {
        "site": _name(chain[0], encrypted=True),
        "ports": tls.ports(_listens(chain[0], encrypted=True), 80),
        "file": chain[0].file,
        "compression": False,
        "session_tickets": _is_on(chain, "ssl_session_tickets", True),
        "server_order": _is_on(chain, "ssl_prefer_server_ciphers", False),
        **_curves(chain),
        **_versions(found, chain),
        **_ciphers(found, chain),
        **_dh_bits(found, chain),
        **_hsts(chain),
    }
    return record


def _commanded(chain: tuple[Block, ...], *names: str) -> bool:
    """Whether a command for OpenSSL itself sets one of these, over what nginx sets."""
    commands = {said[0].lower() for block in chain for said in block.all("ssl_conf_command") if said}
    return not commands.isdisjoint(names)


def _versions(found: Said, chain: tuple[Block, ...]) -> dict[str, object]:
    if _commanded(chain, "protocol", "minprotocol", "maxprotocol"):
        return {}
    said = _value(chain, "ssl_protocols")
    if said is not None:
        named = {word.lower() for word in said}
        return {"versions": [version for version in tls.VERSIONS if version.lower() in named]}
    version = tls.release(found.marks.get("igaudit-version", ""))
    if not version:
        return {}
    return {"versions": tls.span("TLSv1.2") if version >= (1, 23, 4) else tls.span("TLSv1", "TLSv1.2")}


def _ciphers(found: Said, chain: tuple[Block, ...]) -> dict[str, object]:
    """The suites are left out where nginx runs with another OpenSSL than the one that was asked."""
    string = (_value(chain, "ssl_ciphers") or [_DEFAULT_CIPHERS])[0]
    asked = tls.without_dates(found.marks.get("igaudit-openssl", ""))
    suites = found.suites.get(string, [])
    other = asked != found.marks.get("igaudit-library") or _commanded(chain, "cipherstring")
    if not suites or other:
        return {"ciphers": string}
    return {"ciphers": string, "suites": suites}


def _curves(chain: tuple[Block, ...]) -> dict[str, object]:
    said = _value(chain, "ssl_ecdh_curve") or ["auto"]
    for block in reversed(chain):
        for words in block.all("ssl_conf_command"):
            if words[1:] and words[0].lower() in ("curves", "groups"):
                said = words[1:]
    return {"curves": None if said[0] == "auto" else said[0].split(":")}


def _dh_bits(found: Said, chain: tuple[Block, ...]) -> dict[str, object]:
    said = _value(chain, "ssl_dhparam")
    if said is None:
        return {"dh_bits": None}
    return {"dh_bits": found.dh_bits[said[0]]} if said[0] in found.dh_bits else {}


def _within(block: Block) -> Iterator[Block]:
    yield block
    for inner in block.inner:
        yield from _within(inner)


def _hsts(chain: tuple[Block, ...]) -> dict[str, object]:
    """Headers of the innermost block that sets any; what hands requests on may set the header itself."""
    for block in chain:
        if block.last("hsts") is not None or block.last("header") is not None:
            break
    value = block.last("hsts")
    if value is None:
        elsewhere = any(b.last(name) is not None for b in _within(chain[0]) for name in ("hsts", "handed_on"))
        return {} if elsewhere else {"hsts_max_age": None}
    age = tls.hsts_seconds("".join(value))
    return {} if age is None else {"hsts_max_age": age}


def _plain(chain: tuple[Block, ...]) -> dict[str, object]:
    server = chain[0]
    addresses = _listens(server, encrypted=False)
    return {
        "site": _name(server, encrypted=False),
        "file": server.file,
        "loopback": all(tls.is_loopback(address) for address in addresses),
        **_redirects(server),
    }


def _redirects(server: Block) -> dict[str, object]:
    """Whether every request over plain HTTP is sent on to HTTPS, but for those that renew the certificate.

    Left out where some places have rules of their own.
    """
    whole = [b for b in server.inner if b.words in (["location", "/"], ["if", "plain"])]
    if any(_sends_on(block) for block in (server, *whole)):
        others = [b for b in server.inner if b.words[:1] == ["location"] and b.words[1:] == ["other"]]
        decided = _sends_on(server) or any(_sends_on(b) for b in whole if b.words[0] == "if") or not others
        return {"redirects": True} if decided else {}
    deeper = any(_sends_on(block) for block in _within(server))
    return {} if deeper else {"redirects": False}


def _sends_on(block: Block) -> bool:
    moved = any(code in (said[0] for said in block.all("return") if said[1:] == ["https"]) for code in _MOVED)
    return moved or any(rewrite == ["all", "https"] for rewrite in block.all("rewrite"))
