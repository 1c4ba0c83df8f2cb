"""The conversation with a Windows machine: one shell, a command for what is quick, one for what is slow."""

import time
from contextlib import closing

from igaudit.collect.converse import stopped
from igaudit.collect.script import Script
from igaudit.collect.talk import Stopped, Talk
from igaudit.collect.transport import Limits, Reply, Session, readable
from igaudit.collect.windows_script import COMMAND, RESTRICTED
from igaudit.errors import Unreachable

_RESTRICTED = Reply(
    b"",
    "unsupported",
    "it was reached, but PowerShell runs there in constrained language mode: nothing was collected",
    "Allow the script for this account (WDAC, AppLocker), or audit the machine by another way; see "
    "docs/windows.md.",
)


def converse_with_windows(session: Session, script: Script, limits: Limits) -> Reply:
    """Run `script` and give its answer, as far as it came. The slow part has a time limit of its own.

    What the quick part gave is kept whatever becomes of the slow one. Raises Unreachable where no first
    command can be started.
    """
    quick = _run(session, script.text, script.nonce, limits)
    if not script.then or quick.ended != "complete":
        return quick
    rest = Limits(limits.connect, limits.target, max(limits.max_bytes - len(quick.raw), 1))
    try:
        slow = _run(session, script.then, script.nonce, rest)
    except Unreachable as error:
        slow = Reply(b"", "dropped", str(error), error.advice)
    return Reply(quick.raw + slow.raw, slow.ended, slow.detail, slow.advice)


def _run(session: Session, text: str, nonce: str, limits: Limits) -> Reply:
    ends, done = time.monotonic() + limits.target, f"\n{nonce} done 2 {{}}".encode()
    with closing(Talk(session.open(COMMAND), ends, limits.max_bytes)) as talk:
        try:
            talk.say(text.encode("ascii"))
            talk.say_no_more()
            whole = talk.listen(lambda: talk.has_heard(done))
        except Stopped as stop:
            return stopped(talk, stop, limits)
        return Reply(bytes(talk.heard), "complete") if whole else _cut_short(talk, nonce)


def _cut_short(talk: Talk, nonce: str) -> Reply:
    raw = bytes(talk.heard)
    if talk.dropped:
        why = f": {readable(talk.why)}" if talk.why else ""
        return Reply(raw, "dropped", f"the connection was lost before the answer ended{why}")
    if nonce.encode() in raw:
        return Reply(raw, "dropped", "PowerShell ended before the answer ended")
    if RESTRICTED in raw:
        return _RESTRICTED
    said = talk.words() or "nothing"
    return Reply(raw, "dropped", f"PowerShell ended without running the script; it said: {said}")
