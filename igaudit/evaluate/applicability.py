"""Which targets a check is about."""

from dataclasses import dataclass

from igaudit.evaluate.view import FactView
from igaudit.model.collector import Shows
from igaudit.model.facts import COLLECTED, Reason, Snapshot
from igaudit.model.policy import Applicability
from igaudit.model.result import Gap


@dataclass(frozen=True, slots=True)
class Applies:
    """`no` says why the check does not apply ("" where it does); `gaps` leave it open."""

    no: str = ""
    gaps: tuple[Gap, ...] = ()


YES = Applies()


def applies(
    wanted: Applicability, seen: tuple[str, ...], snapshot: Snapshot, view: FactView, shows: Shows
) -> Applies:
    """Whether a check that reads these fact groups and facts is about the target of `snapshot`."""
    if wanted.platform and snapshot.platform not in wanted.platform:
        return Applies(f"for {' and '.join(wanted.platform)} only")
    if wanted.role and not set(wanted.role) & set(snapshot.roles):
        return Applies(f"only for the role {' or '.join(wanted.role)}")
    if wanted.tag and not set(wanted.tag) & set(snapshot.tags):
        return Applies(f"only with the tag {' or '.join(wanted.tag)}")
    for name in seen:
        if (snapshot.platform, snapshot.kind) not in shows[name]:
            return Applies(f"{name} cannot be seen on this {snapshot.kind} ({snapshot.platform})")
    return _present(wanted.present, view)


def _present(groups: tuple[str, ...], view: FactView) -> Applies:
    gaps: tuple[Gap, ...] = ()
    for group in groups:
        if view.absent(group):
            return Applies(f"there is no {group} on it: {view.groups[group].detail or 'absent'}")
        status = view.groups[group].status if group in view.groups else Reason.NOT_COLLECTED
        if status != COLLECTED:
            detail = view.groups[group].detail if group in view.groups else ""
            gaps += (Gap(group, status, detail),)
    return Applies("", gaps) if gaps else YES
