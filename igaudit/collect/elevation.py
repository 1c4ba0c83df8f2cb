"""Root by a password: sudo asks, is answered once, and only the shell that it starts gets the script."""

import os
import secrets

from igaudit.collect.script import SAFE_PATH, SHELL_COMMAND
from igaudit.collect.talk import Stopped, Talk
from igaudit.collect.transport import Limits, Session, readable
from igaudit.errors import UsageError

_NO_TTY = "must have a tty"


def check_password(password: str) -> None:
    """UsageError where sudo would read `password` as more, or less, than one line."""
    if not password or any(c in password for c in "\n\r\0"):
        raise UsageError("the sudo password is empty or holds a line break or NUL")


def become_root(session: Session, password: str, ends: float, limits: Limits) -> Talk | str:
    """A talk with a root shell that waits for its script, or, in words, why there is none.

    Where sudoers has `requiretty`, sudo is asked a second time with a terminal: it refused the first time
    before it asked for the password. The password is sent once at most. Each answer of sudo may take as
    long as a connection may.
    """
    said = ""
    for tty in (False, True):
        token = secrets.token_hex(16)
        talk = Talk(session.open(_command(token, tty=tty)), ends, limits.max_bytes)
        said = _authenticate(talk, token, password, limits.connect)
        if not said:
            return talk
        talk.close()
        if _NO_TTY not in said:
            break
    return said


def _command(token: str, *, tty: bool) -> str:
    """The command line that asks sudo and then starts a shell which says that it is ready.

    In single quotes, with none inside, and no `!`: sh, bash, fish and csh read it alike. `token` marks the
    prompt and the ready shell; it is not the nonce, since a command line can be seen by every user. Neither
    mark is in the command line as it is printed, so that a login shell that prints its commands (`set -x`)
    does not pass for sudo.
    """
    sudo = f'exec sudo -S -k -p {token}%%password /bin/sh -c "$P"'
    if tty:
        inner = sudo.replace('"$P"', '\\"\\$P\\"')
        sudo = f'exec script -qec "{inner} <&4 >&3 2>&5" /dev/null 3>&1 4<&0 5>&2 </dev/null >/dev/null'
    way = (
        f"PATH={SAFE_PATH}; LC_ALL=C; SHELL=/bin/sh; "
        f'P="echo {token}\\$((0))ready; exec {SHELL_COMMAND}"; export PATH LC_ALL SHELL P; '
        'if [ "$(id -u)" = 0 ]; then exec /bin/sh -c "$P"; '
        f"elif command -v sudo >/dev/null; then {sudo}; "
        'elif command -v doas >/dev/null; then exec doas -n /bin/sh -c "$P"; '
        'else echo "neither sudo nor doas is installed" >&2; fi'
    )
    return f"/bin/sh -c '{way}'"


def _authenticate(talk: Talk, token: str, password: str, patience: float) -> str:
    """Nothing once the root shell is ready; otherwise what stood in the way."""
    prompt, ready = f"{token}%password".encode(), f"{token}0ready\n".encode()
    try:
        talk.listen(lambda: talk.has_heard(ready) or prompt in talk.aside, patience)
        if prompt in talk.aside:
            talk.say(os.fsencode(password) + b"\n")
            # A second prompt means that the password is wrong. It is never answered: accounts lock.
            talk.listen(lambda: talk.has_heard(ready) or talk.aside.count(prompt) > 1, patience)
    except Stopped as stop:
        return f"sudo did not answer: {stop.ended}"
    if talk.has_heard(ready):
        talk.forget_through(ready)
        return ""
    said = _said(talk, prompt, password)
    if talk.aside.count(prompt) > 1:
        return f"sudo refused the password: {said}"
    return said or f"sudo did not answer within {patience:g} s"


def _said(talk: Talk, prompt: bytes, password: str) -> str:
    """What sudo said, without our prompt, and without the password, should a shell have echoed it."""
    text = bytes(talk.aside).replace(prompt, b"").replace(os.fsencode(password), b"***")
    return readable(text, 1000)
