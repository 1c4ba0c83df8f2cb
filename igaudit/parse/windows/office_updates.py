"""Whether Click-to-Run versions of Office update themselves."""

from igaudit.model.facts import Reason
from igaudit.parse import Absent
from igaudit.parse.windows.rows import coded
from igaudit.parse.windows.steps import Steps, not_read, told

Fields = dict[str, object]

_DISABLED = 4
_TASK = "office automatic updates 2.0"
# MSFT_ScheduledTask.State, which may be told by number; the first two.
_STATES = {"unknown": 0, "disabled": 1}
_TASK_DISABLED = 1


def settings(steps: Steps) -> Fields:
    """The facts of office_updates; raises Absent where no such Office is installed."""
    here = steps.key("configuration")
    if not here.exists or not here.text("VersionToReport"):
        raise Absent("there is no Click-to-Run Office")
    return told(
        version=lambda: here.text("VersionToReport"),
        channel=lambda: here.text("UpdateChannel") or here.text("CDNBaseUrl") or None,
        updates_itself=lambda: _updates(steps),
    )


def _updates(steps: Steps) -> bool:
    """The cloud's policy before the domain's, and that before the setting; service and task must be on."""
    if _service_off(steps) or _task_off(steps):
        return False
    # A version that it is to stay at: none that comes later is taken.
    if any(
        (steps.key(name).text("UpdateTargetVersion") or "").strip() for name in ("cloud_policy", "policy")
    ):
        return False
    for name in ("cloud_policy", "policy"):
        value = steps.key(name).number("EnableAutomaticUpdates")
        if value is not None:
            return value == 1
    said = (steps.key("configuration").text("UpdatesEnabled") or "").strip().lower()
    if said not in ("true", "false"):
        raise not_read(Reason.INCOMPLETE_RECORD, "Office does not say whether it updates itself")
    return said == "true"


def _service_off(steps: Steps) -> bool:
    service = steps.key("service")
    return not service.exists or service.number("Start") == _DISABLED


def _task_off(steps: Steps) -> bool:
    """Whether its scheduled task is disabled or gone; raises NotRead where tasks are not told."""
    rows = steps.rows("tasks")
    named = [row for row in rows if str(row.get("TaskName")).lower() == _TASK]
    if named and named[0].get("State") is None:
        raise not_read(Reason.INCOMPLETE_RECORD, "the task of Office's updates has no state")
    return not named or coded(named[0], "State", _STATES) == _TASK_DISABLED
