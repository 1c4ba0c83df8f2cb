"""Whether updates are installed by the machine itself: dnf-automatic and yum-cron, and SUSE's tools."""

from collections.abc import Iterable

from igaudit.model.facts import Reason, Unread
from igaudit.parse.units import Unit, parted, scheduled, units

Fields = dict[str, object]


def dnf(text: str) -> Fields:
    """The facts of the `dnf` probe."""
    head, runs = parted(text, "units")
    tool = next((line.removeprefix("tool ") for line in head if line.startswith("tool ")), None)
    if tool is None:
        return _nothing()
    if denied := [line for line in head if line.startswith("denied ")]:
        return {"tool": tool, **_unread(denied[0])}
    keys = _last_words(line[2:] for line in head if line.startswith("| "))
    applies = keys.get("apply_updates", "no").lower() in ("yes", "true", "1", "on")
    timers = _dnf_timers(tool, applies)
    return {
        "tool": tool,
        "installs": applies or scheduled(runs, ["dnf-automatic-install.timer"]),
        "refreshes": True,
        "scheduled": _any_on(runs, timers),
        "installs_security": "severity" not in keys.get("update_cmd", keys.get("upgrade_type", "default")),
        "excluded": f"{keys.get('exclude', '')} {keys.get('excludepkgs', '')}".replace(",", " ").split(),
        **_last_service_run(runs, [timer.replace(".timer", ".service") for timer in timers]),
    }


def _last_words(lines: Iterable[str]) -> dict[str, str]:
    """`key = value` lines; the last one of a key counts."""
    pairs = (line.partition("=") for line in lines)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _dnf_timers(tool: str, applies: bool) -> list[str]:
    """The units of which one must be on. `dnf-automatic-install` installs whatever the settings say."""
    if tool == "yum-cron":
        return ["yum-cron.service"]
    if tool == "dnf5-automatic":
        return ["dnf5-automatic.timer", "dnf-automatic.timer"]
    return ["dnf-automatic-install.timer", *(["dnf-automatic.timer"] if applies else [])]


def zypper(text: str) -> Fields:
    """The facts of the `zypper` probe."""
    head, runs = parted(text, "units")
    tools = [line.removeprefix("tool ") for line in head if line.startswith("tool ")]
    if not tools:
        return _nothing()
    if denied := [line for line in head if line.startswith("denied ")]:
        return {"tool": tools[0], **_unread(denied[0])}
    keys = {key: value.strip("\"'") for key, value in _last_words(head).items()}
    on = next((t for t in tools if t != "online-update" and scheduled(runs, [f"{t}.timer"]) is True), None)
    if on or "online-update" not in tools:
        tool = on or tools[0]
        return {
            "tool": tool,
            "installs": True,
            "refreshes": True,
            "scheduled": scheduled(runs, [f"{tool}.timer"]),
            "installs_security": True,
            "excluded": [],
            **_last_service_run(runs, [f"{tool}.service"]),
        }
    return _online_update(head, runs, keys)


def _online_update(head: list[str], runs: list[str], keys: dict[str, str]) -> Fields:
    """YaST's online update, run by cron. "Interactive" patches want a restart: the kernel's do."""
    categories = keys.get("AOU_PATCH_CATEGORIES", "").split()
    skips = keys.get("AOU_SKIP_INTERACTIVE_PATCHES", "true") != "false"
    often = "cron daily" in head or "cron weekly" in head
    gap = Unread(Reason.UNSUPPORTED, "online update keeps no record of its runs")
    return {
        "tool": "online-update",
        "installs": often and keys.get("AOU_ENABLE_CRONJOB", "true") == "true",
        "refreshes": True,
        "scheduled": scheduled(runs, ["cron.service"]) if often else False,
        "installs_security": not skips and (not categories or "security" in categories),
        "excluded": [],
        "last_success": gap,
        "last_error": gap,
    }


def _nothing() -> Fields:
    off = dict.fromkeys(("installs", "refreshes", "scheduled", "installs_security"), False)
    return {"tool": None, **off, "excluded": [], "last_success": None, "last_error": None}


def _unread(denied: str) -> Fields:
    gap = Unread(Reason.DENIED, f"{denied.removeprefix('denied ')} cannot be read")
    names = (
        "installs",
        "refreshes",
        "scheduled",
        "installs_security",
        "excluded",
        "last_success",
        "last_error",
    )
    return dict.fromkeys(names, gap)


def _any_on(lines: list[str], names: list[str]) -> object:
    said = [scheduled(lines, [name]) for name in names]
    return True if True in said else next((s for s in said if isinstance(s, Unread)), False)


def _last_service_run(lines: list[str], names: list[str]) -> Fields:
    """How the last run of these services ended. systemd remembers it until the machine is started anew."""
    ran: list[Unit] = [unit for name, unit in units(lines).items() if name in names and unit.ended]
    if not ran:
        gap = Unread(Reason.INCOMPLETE_RECORD, "it has not run since the machine was started")
        return {"last_success": gap, "last_error": gap}
    last = max(ran, key=lambda unit: unit.ended)
    if last.failure:
        return {
            "last_success": Unread(
                Reason.INCOMPLETE_RECORD, "its last run failed; the one before is not known"
            ),
            "last_error": f"{last.ended[:10]}: {last.failure}",
        }
    return {"last_success": last.ended, "last_error": None}
