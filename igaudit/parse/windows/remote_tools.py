"""Programs for remote control of the desktop, by their services and in the lists of programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.parse.windows.steps import Steps, told
from igaudit.parse.windows.vendors import Maker, installed, programs, services, services_of

MAKERS: Mapping[str, Maker] = {
    "aeroadmin": Maker("aeroadmin.*", r"\baeroadmin\b"),
    "ammyy": Maker("ammyyadmin.*", r"\bammyy\b"),
    "anydesk": Maker("anydesk.*", r"\banydesk\b"),
    "atera": Maker("ateraagent", r"\batera ?agent\b|\bsplashtop for rmm\b"),
    "beyondtrust": Maker("bomgar.*", r"\b(bomgar|beyondtrust (remote|jump))"),
    "chrome-remote-desktop": Maker("chromoting", r"\bchrome remote desktop\b"),
    "dameware": Maker("dwmrcs", r"\bdameware\b"),
    "dwservice": Maker("dwagent", r"\bdwagent\b|\bdwservice\b"),
    "getscreen": Maker("getscreen.*", r"\bgetscreen\b"),
    "gotomypc": Maker("gotomypc.*|g2comm", r"\bgoto ?(mypc|assist|resolve)\b"),
    "hoptodesk": Maker("hoptodesk", r"\bhoptodesk\b"),
    "isl-online": Maker("isl(light|alwayson).*", r"\bisl (light|alwayson|online)\b"),
    "logmein": Maker("logmein|lmiguardiansvc", r"\blogmein\b"),
    "meshcentral": Maker("mesh agent", r"\bmesh ?(central|agent)\b"),
    "netsupport": Maker("client32", r"\bnetsupport (manager|school)\b"),
    "parsec": Maker("parsec", r"\bparsec\b"),
    "radmin": Maker("rserver3|raserver", r"\bradmin (server|viewer)?\b"),
    "remotepc": Maker("remotepc.*", r"\bremotepc\b"),
    "remote-utilities": Maker("rmanservice", r"\bremote (utilities|manipulator system)\b"),
    "rustdesk": Maker("rustdesk", r"\brustdesk\b"),
    "screenconnect": Maker("screenconnect client.*", r"\b(screenconnect|connectwise control)\b"),
    "simplehelp": Maker("simplehelp.*", r"\bsimple-?help\b"),
    "splashtop": Maker("splashtopremoteservice|ssuservice", r"\bsplashtop\b"),
    "supremo": Maker("supremoservice", r"\bsupremo\b"),
    "teamviewer": Maker("teamviewer.*", r"\bteamviewer\b"),
    "ultraviewer": Maker("ultraviewservice", r"\bultraviewer\b"),
    "vnc": Maker(
        "tvnserver|uvnc_service|vncserver.*|winvnc.*", r"\b(tight|ultra|real|tiger)vnc\b|\bvnc server\b"
    ),
    "zoho-assist": Maker("zoho assist.*|zaservice.*", r"\bzoho assist\b"),
}


def tools(steps: Steps) -> dict[str, object]:
    """`tools`: what is installed, and whether it runs or starts with Windows."""
    return told(tools=lambda: list(_tools(steps)))


def _tools(steps: Steps) -> Iterator[dict[str, Any]]:
    found = services(steps)
    for name in installed(MAKERS, found, programs(steps, "programs", "programs_32")):
        own = services_of(MAKERS[name], found)
        runs, starts = any(one.runs for one in own), any(one.starts for one in own)
        yield {"tool": name, "runs": runs, "starts": starts}
