"""Products against malware on Windows: installed, running, looking in real time, up to date.

Microsoft Defender speaks for itself (Get-MpComputerStatus). Of other products a client's Security Center
knows whether they are on; a server has none, so that there only their services are seen.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.steps import NotRead, Steps, not_read, told
from igaudit.parse.windows.vendors import (
    Maker,
    Services,
    installed,
    maker_of,
    programs,
    services,
    services_of,
)

Record = dict[str, Any]

_DEFENDER = "defender"
MAKERS: Mapping[str, Maker] = {
    "avast": Maker("avast! antivirus|avast antivirus", r"\bavast\b"),
    "avg": Maker("avg antivirus", r"\bavg\b"),
    "bitdefender": Maker("ep(security|protected)service|vsserv", r"\bbitdefender\b"),
    "carbon-black": Maker("cbdefense|carbonblack", r"\bcarbon black\b", sensor=True),
    "cisco": Maker(r"ciscoamp.*", r"\bcisco (amp|secure endpoint)\b", sensor=True),
    "clamav": Maker("clamd", r"\bclamav\b"),
    "cortex-xdr": Maker("cyserver|cyveraservice", r"\bcortex xdr\b", sensor=True),
    "crowdstrike": Maker("csfalconservice", r"\bcrowdstrike\b", sensor=True),
    _DEFENDER: Maker("windefend", r"\b(windows|microsoft) defender( antivirus)?$"),
    "elastic-defend": Maker("elasticendpoint", r"\belastic (endpoint|defend)\b", sensor=True),
    "eset": Maker("ekrn", r"\beset (endpoint|server|file|nod32|internet|smart|security)"),
    "kaspersky": Maker(
        r"avp[0-9.].*|avp\.kes.*|kavfs", r"\bkaspersky (endpoint|anti|internet|security|small)"
    ),
    "malwarebytes": Maker("mbamservice", r"\bmalwarebytes\b"),
    "norton": Maker("nortonsecurity", r"\bnorton (security|360|antivirus)\b"),
    "sentinelone": Maker("sentinelagent", r"\bsentinel ?(one|agent)\b", sensor=True),
    "sophos": Maker(
        "sophos endpoint defense service|savservice", r"\bsophos (endpoint|anti-virus|intercept)"
    ),
    "symantec": Maker("sepmasterservice", r"\bsymantec endpoint\b"),
    "trellix": Maker("mfemms|mcshield", r"\b(trellix|mcafee) (endpoint|virusscan)"),
    "trend-micro": Maker("ds_agent|ntrtscan|amsp", r"\btrend micro\b.*(security|agent)"),
    "webroot": Maker("wrsvc", r"\bwebroot\b"),
    "withsecure": Maker("fshoster|fsulhoster", r"\b(withsecure|f-secure)\b.*(elements|protection|security)"),
}
# Get-MpComputerStatus, AMRunningMode: in any other mode another product is the one that protects.
NORMAL = "Normal"
# Of a kind of Windows that is not told, a Security Center is expected.
_SERVERS = ("ServerNT", "LanmanNT")
# What may lack a product that only Security Center knows.
_LISTS = ("products", "running", "real_time", "definitions", "edr")


def products(steps: Steps) -> dict[str, object]:
    """The facts of `malware_protection`; each that rests on something unread is unread."""
    state = _State(steps)
    facts = told(
        products=lambda: [
            {"name": name, "running": name in state.running()}
            for name in state.installed()
            if state.counts(name)
        ],
        running=state.running,
        real_time=state.real_time,
        definitions=state.definitions,
        edr=state.edr,
    )
    return {**facts, "incomplete": dict.fromkeys(_LISTS, state.gap)} if state.gap else facts


def centre(steps: Steps) -> dict[str, object]:
    """What Windows Security Center lists, on clients; raises Absent on servers, which have none."""
    if steps.meta.product in _SERVERS:
        raise Absent("Windows servers have no Security Center")
    return told(products=lambda: [_registered(row) for row in steps.rows("centre")])


class _State:
    """What the steps say together; every method may raise NotRead."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.gap: Unread | None = None

    def installed(self) -> list[str]:
        names = self._by_name()
        more = [entry["product"] for entry in self._listed() if entry["product"] not in names]
        return [*names, *dict.fromkeys(more)]

    def _by_name(self) -> list[str]:
        """Those of which a service or a program is there."""
        return installed(MAKERS, self._services(), programs(self._steps, "programs", "programs_32"))

    def running(self) -> list[str]:
        """Those whose service runs, or that Security Center calls on; Defender, where it is what protects."""
        return [name for name in self.installed() if self._runs(name)]

    def counts(self, name: str) -> bool:
        """Defender, which is part of Windows, gives way to another product and does not count beside it."""
        return name != _DEFENDER or self._runs(name) or not [n for n in self.running() if n != name]

    def _runs(self, name: str) -> bool:
        if name == _DEFENDER:
            return self._defender_protects()
        own = services_of(MAKERS[name], self._services()) if name in MAKERS else []
        if not own and self._on(name) and name in MAKERS and name not in self._by_name():
            # Security Center goes on listing products that were removed badly.
            raise not_read(Reason.UNSUPPORTED, f"centre: nothing else is there of {name}, which it calls on")
        return any(service.runs for service in own) or (not own and self._on(name))

    def _defender_protects(self) -> bool:
        own = services_of(MAKERS[_DEFENDER], self._services())
        if not any(service.runs for service in own):
            return False
        status = self.defender()
        mode = status.get("AMRunningMode")
        on = [flag(status, name) for name in ("AMServiceEnabled", "AntivirusEnabled")]
        return all(on) and (mode is None or mode == NORMAL)

    def real_time(self) -> list[str]:
        looks = {name: self._looks(name) for name in self.running()}
        looking = [name for name, state in looks.items() if state]
        silent = [name for name, state in looks.items() if state is None]
        if silent and not looking:
            raise not_read(Reason.UNSUPPORTED, f"{silent[0]} does not say whether it scans on access")
        return looking

    def _looks(self, name: str) -> bool | None:
        if name == _DEFENDER:
            status = self.defender()
            return flag(status, "RealTimeProtectionEnabled") and flag(status, "OnAccessProtectionEnabled")
        if name in MAKERS and MAKERS[name].sensor:
            return True
        said = [entry["on"] for entry in self._listed() if entry["product"] == name]
        return any(said) if said else None

    def definitions(self) -> list[Record]:
        plain = [name for name in self.running() if name not in MAKERS or not MAKERS[name].sensor]
        return [
            {"product": name, **(self._defender_definitions() if name == _DEFENDER else {})} for name in plain
        ]

    def _defender_definitions(self) -> Record:
        updated = day(self.defender().get("AntivirusSignatureLastUpdated"))
        return {"updated": updated, **self._automatic()}

    def _automatic(self) -> Record:
        """Whether Defender asks for definitions by itself: on its schedule, before scans, or with updates.

        Left out where that cannot be told.
        """
        try:
            rows = self._steps.rows("preference")
            own = rows[0] if rows else {}
            hours, weekday = own.get("SignatureUpdateInterval"), own.get("SignatureScheduleDay")
            if isinstance(hours, int) and 0 < hours <= 24:
                return {"automatic": True}
            if own.get("CheckForSignaturesBeforeRunningScan") is True or weekday in range(8):
                return {"automatic": True}
            off = self._steps.key("automatic_updates").number("NoAutoUpdate") == 1
            updates = self._services().get("wuauserv")
            return {"automatic": bool(updates and updates.starts and not off)}
        except NotRead:
            return {}

    def edr(self) -> list[str]:
        sensors = [name for name in self.running() if name in MAKERS and MAKERS[name].sensor]
        return [*sensors, *([_DEFENDER] if onboarded(self._steps) and self._sense() else [])]

    def _sense(self) -> bool:
        sense = self._services().get("sense")
        return bool(sense and sense.runs)

    def _registered(self) -> list[Record]:
        """What Security Center lists; nothing on servers, which have none."""
        if self._steps.meta.product in _SERVERS:
            return []
        return [_registered(row) for row in self._steps.rows("centre")]

    def _listed(self) -> list[Record]:
        """The same; where Security Center gives no answer, that is a gap in what is known."""
        try:
            return self._registered()
        except NotRead as error:
            self.gap = error.gap
            return []

    def _on(self, name: str) -> bool:
        return any(entry["on"] for entry in self._listed() if entry["product"] == name)

    def defender(self) -> Record:
        """Defender's own word; raises NotRead."""
        return one(self._steps, "defender")

    def _services(self) -> Services:
        return services(self._steps)


def _registered(row: Mapping[str, Any]) -> Record:
    """`productState` in hexadecimal is AABBCC: BB 10 or 11 for on, CC 00 for current definitions."""
    state = row.get("productState")
    if not isinstance(state, int) or isinstance(state, bool):
        raise not_read(Reason.UNPARSABLE, "centre: productState is no number")
    called = str(row.get("displayName") or "")
    on, current = (state >> 8) & 0xFF in (0x10, 0x11), state & 0xFF == 0
    return {"name": called, "product": maker_of(called, MAKERS) or "other", "on": on, "current": current}


def onboarded(steps: Steps) -> bool:
    """Whether Defender for Endpoint was onboarded; raises NotRead."""
    return steps.key("onboarding").number("OnboardingState") == 1


def one(steps: Steps, step: str) -> Record:
    """The one object that a cmdlet gives; raises NotRead."""
    rows = steps.rows(step)
    if len(rows) != 1:
        raise not_read(Reason.UNPARSABLE, f"{step}: one object expected, {len(rows)} found")
    return rows[0]


def flag(row: Mapping[str, Any], name: str) -> bool:
    """A property that is true or false; raises NotRead where it is neither."""
    value = row.get(name)
    if not isinstance(value, bool):
        raise not_read(Reason.UNSUPPORTED, f"{name} is not told")
    return value


def day(value: object) -> str | None:
    """The day of a time in UTC; None for none, which Windows also writes as the year 1601 or before."""
    if value is None:
        return None
    try:
        found = date.fromisoformat(str(value)[:10])
    except ValueError:
        raise NotRead(Unread(Reason.UNPARSABLE, f"a time expected, {str(value)[:40]!r} found")) from None
    return found.isoformat() if found.year > 1970 else None
