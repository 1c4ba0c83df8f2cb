"""One conversation with one target: the script goes in, the framed answer comes out."""

import time
from contextlib import closing

from igaudit.collect.elevation import become_root, check_password
from igaudit.collect.frame import deframe
from igaudit.collect.script import PRIVILEGE_PROBE, SHELL_COMMAND, Script, refusal
from igaudit.collect.talk import Stopped, Talk
from igaudit.collect.transport import Elevation, Limits, Reply, Session


def converse(session: Session, script: Script, elevation: Elevation, limits: Limits) -> Reply:
    """Run `script` on the target and give its answer, as far as it came within `limits`.

    One channel. With a password there may be up to three: sudo is asked first, once, and only the shell that
    it starts is sent the script; where it refuses, the script runs without root, and the answer begins
    with frames that say why. Those are ours; everything else is as received, up to `done`.
    Raises Unreachable where no command can be started, UsageError for a password that cannot be sent.
    """
    ends = time.monotonic() + limits.target
    if elevation.method == "none" or elevation.password is None:
        return _run(session, script.text, script.nonce, ends, limits)
    check_password(elevation.password)
    asked = become_root(session, elevation.password, ends, limits)
    if isinstance(asked, Talk):
        with closing(asked) as talk:
            return _answer(talk, script.plain, script.nonce, limits)
    reply = _run(session, script.plain, script.nonce, ends, limits)
    who = deframe(reply.raw, script.nonce, {}).answers.get(PRIVILEGE_PROBE)
    why = refusal(script.nonce, asked, who.stdout if who else b"")
    return Reply(why + reply.raw, reply.ended, reply.detail)


def _run(session: Session, text: str, nonce: str, ends: float, limits: Limits) -> Reply:
    if ends <= time.monotonic():
        return Reply(b"", "timed-out", _why("timed-out", limits))
    with closing(Talk(session.open(SHELL_COMMAND), ends, limits.max_bytes)) as talk:
        return _answer(talk, text, nonce, limits)


def _answer(talk: Talk, text: str, nonce: str, limits: Limits) -> Reply:
    done = f"\n{nonce} done\n".encode()
    try:
        talk.say(text.encode())
        talk.say_no_more()
        whole = talk.listen(lambda: talk.has_heard(done))
    except Stopped as stop:
        return stopped(talk, stop, limits)
    if whole:
        return Reply(bytes(talk.heard[: talk.heard.index(done) + len(done)]), "complete")
    return Reply(bytes(talk.heard), "dropped", _how_it_ended(talk, nonce))


def stopped(talk: Talk, stop: Stopped, limits: Limits) -> Reply:
    """What came until a limit ended the talk."""
    return Reply(bytes(talk.heard), stop.ended, _why(stop.ended, limits))


def _why(ended: str, limits: Limits) -> str:
    if ended == "timed-out":
        return f"the answer had not ended after {limits.target:g} s"
    return f"the answer is longer than {limits.max_bytes} bytes"


def _how_it_ended(talk: Talk, nonce: str) -> str:
    how = "the connection was lost" if talk.dropped else "the shell ended"
    if nonce.encode() in talk.heard or not talk.words():
        return f"{how} before the answer ended"
    return f"{how} without running the script; it said: {talk.words()}"
