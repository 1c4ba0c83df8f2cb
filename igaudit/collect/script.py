"""The one script that a target runs: the runner, the probes, and, where asked for, the way to root."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from igaudit.model.collector import Probe

SHELL_COMMAND = "/bin/sh -s"
PRIVILEGE_PROBE = "privilege"


@dataclass(frozen=True, slots=True)
class Script:
    """The text for `sh -s`, the nonce of its frames, and the ids of the probes in it."""

    text: str
    nonce: str
    asked: tuple[str, ...]


def new_nonce() -> str:
    """128 random bits: what a target has not seen it cannot forge."""
    return secrets.token_hex(16)


def build_script(runner: str, probes: Sequence[Probe], nonce: str, *, elevate: bool) -> Script:
    """The script for one target. With `elevate` it becomes root where `sudo -n` or `doas -n` allow it."""
    body = _body(runner, probes, nonce)
    text = _elevated(body, nonce) if elevate else _whole(body)
    return Script(text, nonce, tuple(probe.id for probe in probes))


def quote(text: str) -> str:
    """`text` as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _body(runner: str, probes: Sequence[Probe], nonce: str) -> str:
    calls = [f"run {p.id} {p.timeout} {p.max_bytes + 1} {quote(_stripped(p.script))}" for p in probes]
    who = f"run {PRIVILEGE_PROBE} 5 100 'id -u; id -un'"
    done = "printf '\\n%s done\\n' \"$NONCE\""
    return "\n".join([f"NONCE={nonce}", _stripped(runner), who, *calls, done, "exit 0"])


def _stripped(script: str) -> str:
    """Without the comments and blank lines: they are for the reader of the file, not for the target."""
    kept = (line for line in script.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return "\n".join(kept)


def _whole(body: str) -> str:
    # In braces, so that the shell reads all of it before it runs any: a script cut short does nothing,
    # and no probe waits for a shell that is still being written to.
    return f"{{\n{body}\n}}\n"


def _elevated(body: str, nonce: str) -> str:
    """Root by whichever way is open; otherwise the same script with the rights there are.

    The script goes in over standard input, so that neither the process list nor sudo's log holds it, and
    from a variable, since a here-document may need a temporary file. sudo and doas end with status 1 when
    they refuse, which the script itself never does.
    """
    return _whole(
        f"""S={quote(_whole(body))}
feed() {{ printf '%s\\n' "$S"; }}
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin
LC_ALL=C; export LC_ALL
exec 3>&1
if [ "$(id -u)" = 0 ]; then feed | {SHELL_COMMAND}; exit 0; fi
said='neither sudo nor doas is installed'
status=1
for way in sudo doas; do
  command -v "$way" >/dev/null 2>&1 || continue
  said=$({{ feed | "$way" -n {SHELL_COMMAND} >&3; }} 2>&1)
  status=$?
  [ "$status" = 1 ] || break
done
[ "$status" = 1 ] || exit 0
printf '\\n%s begin {PRIVILEGE_PROBE}\\n%s' {nonce} "$(id -u; id -un)"
printf '\\n%s end {PRIVILEGE_PROBE} 11\\n%.1000s\\n' {nonce} "$said"
feed | {SHELL_COMMAND}
exit 0"""
    )
