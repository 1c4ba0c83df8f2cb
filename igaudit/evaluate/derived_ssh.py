"""Derived facts about SSH: which key exchanges resist a quantum computer, and whether a log is of today."""

from datetime import date, timedelta
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread

_APART = timedelta(days=1)


def post_quantum_kex(view: FactView) -> Any:
    """`sshd.post_quantum_kex`: the methods offered that the list ssh-algorithms classes as approved-pq."""
    offered = view.get(("sshd", "kex_offered"))
    if isinstance(offered, Unread | Partial):
        return offered.gap if isinstance(offered, Partial) else offered
    if "ssh-algorithms" not in view.lists:
        return Unread(Reason.NOT_COLLECTED, "the list ssh-algorithms is missing")
    resistant = view.lists["ssh-algorithms"].names("kex", ["approved-pq"])
    return [method for method in offered if method in resistant]


def record_is_current(view: FactView) -> Any:
    """`sign_ins.current`: true where the machine's clock, when its log was read, was that of the judging day.

    Never false: what happened in the days between, or on what days the lines were written, is not known.
    """
    read_at = view.get(("sign_ins", "read_at"))
    if isinstance(read_at, Unread):
        return read_at
    if abs(date.fromisoformat(read_at[:10]) - view.today) <= _APART:
        return True
    gap = f"read at {read_at} by the machine's clock, judged on {view.today}"
    return Unread(Reason.INCOMPLETE_RECORD, gap)
