"""`testparm -s -v`: the parameters of [global] as smb.conf(5) names them."""

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_SIGNING = {
    "required": "required",
    "mandatory": "required",
    "if_required": "offered",
    "auto": "offered",
    "desired": "offered",
    "yes": "offered",
    "default": "offered",
    "no": "off",
    "disabled": "off",
}


def settings(text: str) -> dict[str, object]:
    """The oldest protocols, and signing; raises Unparsable."""
    said = {name.lower(): value for name, value in stock.key_values(text, "=").items()}
    return {
        "server": "igaudit server" in said,
        "server_min_protocol": _protocol(said, "server min protocol"),
        "client_min_protocol": _protocol(said, "client min protocol"),
        "server_signing": _signing(said),
    }


def _said(said: dict[str, str], name: str) -> str:
    if not said.get(name):
        raise Unparsable(f"no `{name}` in what testparm printed")
    return said[name]


def _protocol(said: dict[str, str], name: str) -> object:
    value = _said(said, name).upper()
    if value == "DEFAULT":
        return Unread(Reason.UNSUPPORTED, f"testparm does not say what `{name} = default` stands for")
    return value


def _signing(said: dict[str, str]) -> str:
    value = _said(said, "server signing").lower()
    # A domain controller demands it unless told otherwise (smb.conf(5), server signing).
    if value == "default" and said.get("server role", "").lower() == "active directory domain controller":
        return "required"
    if value not in _SIGNING:
        raise Unparsable(f"server signing: {value[:40]!r} is not known")
    return _SIGNING[value]
