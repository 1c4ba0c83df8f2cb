"""What a session with a target can do: its shell, its tools, its clock, the way to root."""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from igaudit.collect.converse import converse
from igaudit.collect.frame import deframe
from igaudit.collect.script import PRIVILEGE_PROBE, SAFE_PATH, SHELL_COMMAND, build_script, new_nonce
from igaudit.collect.talk import Stopped, Talk
from igaudit.collect.transport import Elevation, Limits, Session, readable

_NEEDED = ("head", "tail", "timeout")
_USEFUL = ("renice", "ionice", "sudo", "doas")
_CLOCK_TOLERANCE = 60.0
_QUESTIONS = f"""PATH={SAFE_PATH}
echo "user $(id -un 2>/dev/null || id -u)"
echo "login $SHELL"
echo "sh $(readlink -f /bin/sh)"
echo "system $(uname -sr)"
for tool in {" ".join(_NEEDED + _USEFUL)}; do command -v $tool >/dev/null && echo "tool $tool"; done
echo "clock $(date +%s)"
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One finding. `ok` is None where the step says nothing good or bad, or did not apply."""

    name: str
    ok: bool | None
    detail: str
    advice: str = ""


def check_session(session: Session, runner: str, elevation: Elevation, limits: Limits) -> Iterator[Step]:
    """The steps `round trip`, `shell`, `tools`, `clock` and `privilege`. Raises Unreachable.

    `runner` is the text of collectors/runner.sh. Two channels, and sudo is asked as in a scan.
    """
    with closing(Talk(session.open(SHELL_COMMAND), time.monotonic() + limits.target, 1 << 20)) as talk:
        try:
            seconds = _round_trip(talk)
            if seconds is None:
                yield _no_shell(talk)
                return
            said, heard_at = _questions(talk)
        except Stopped:
            yield Step("shell", False, f"the shell did not answer within {limits.target:g} s")
            return
    yield Step("round trip", True, f"{seconds * 1000:.1f} ms")
    yield Step("shell", True, f"{said.get('login')}; /bin/sh is {said.get('sh')}; {said.get('system')}")
    yield _tools(said)
    yield _clock(said, heard_at - seconds / 2)
    yield _privilege(session, runner, elevation, limits, said.get("user", "the account"))


def _round_trip(talk: Talk) -> float | None:
    """Seconds between a question and its answer; None where no shell answers. Raises Stopped."""
    taken = 0.0
    for _ in range(2):  # The first answer also waits for the shell to start.
        started = time.monotonic()
        if not _ask(talk, ""):
            return None
        taken = time.monotonic() - started
        talk.heard.clear()
    return taken


def _ask(talk: Talk, questions: str) -> bool:
    """Have the shell run `questions`; False where it does not come to their end. Raises Stopped."""
    mark = f"{secrets.token_hex(8)}\n"
    talk.say(f"{questions}echo {mark}".encode())
    return talk.listen(lambda: mark.encode() in talk.heard)


def _questions(talk: Talk) -> tuple[dict[str, str], float]:
    """What the shell says of itself, and when it did, in seconds since 1970. Raises Stopped."""
    _ask(talk, _QUESTIONS)
    heard_at = time.time()
    said: dict[str, str] = {}
    for line in bytes(talk.heard).splitlines():
        word, _, rest = readable(line).partition(" ")
        said[word] = f"{said[word]} {rest}" if word in said else rest
    return said, heard_at


def _no_shell(talk: Talk) -> Step:
    return Step(
        "shell",
        False,
        f"no POSIX shell answers: {talk.words() or 'it says nothing'}",
        "The account needs a login shell, and no forced command (command=, ForceCommand).",
    )


def _tools(said: dict[str, str]) -> Step:
    there = said.get("tool", "").split()
    missing = [tool for tool in _NEEDED if tool not in there]
    if missing:
        advice = "Install coreutils or BusyBox. Without timeout a probe that hangs is ended only roughly."
        return Step("tools", False, f"{', '.join(missing)} not found in {SAFE_PATH}", advice)
    return Step("tools", True, ", ".join(there))


def _clock(said: dict[str, str], heard_at: float) -> Step:
    text = said.get("clock", "")
    if not text.isdecimal():
        return Step("clock", None, "the target does not tell its time")
    ahead = int(text) - int(heard_at)
    if abs(ahead) <= 1:
        return Step("clock", True, "the same as here to within a second")
    detail = f"{abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} ours"
    fine = abs(ahead) <= _CLOCK_TOLERANCE
    return Step("clock", fine, detail, "" if fine else "Set one of the two by a time server (NTP).")


def _privilege(session: Session, runner: str, elevation: Elevation, limits: Limits, user: str) -> Step:
    wanted = elevation.method != "none"
    script = build_script(runner, [], new_nonce(), elevate=wanted)
    reply = converse(session, script, elevation, limits)
    answer = deframe(reply.raw, script.nonce, {}).answers.get(PRIVILEGE_PROBE)
    if answer is None or answer.status not in (0, 11):
        return Step("privilege", False, reply.detail or "the runner did not say who it runs as")
    if answer.status == 0 and answer.stdout.split()[:1] == [b"0"]:
        return Step("privilege", True, "root")
    rule = f"{user} ALL=(root) NOPASSWD: {SHELL_COMMAND}"
    advice = f"Let {user} become root: `{rule}` in /etc/sudoers.d/igaudit."
    if answer.status == 0 and not wanted:
        return Step("privilege", None, f"{user}, without root: what only root may read stays unknown", advice)
    return Step("privilege", False, f"{user}, without root: {readable(answer.stderr)}", advice)
