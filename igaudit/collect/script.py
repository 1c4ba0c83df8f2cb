"""The one script that a target runs: the runner, the probes, and, where asked for, the way to root."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from igaudit.model.collector import Probe

SHELL_COMMAND = "/bin/sh -s"
PRIVILEGE_PROBE = "privilege"
SAFE_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:/run/wrappers/bin"


@dataclass(frozen=True, slots=True)
class Script:
    """The text for `sh -s` or PowerShell, the nonce of its frames, and the ids of the probes in it.

    `plain` is the text without the way to root, for where that is found before the script is sent; `then`
    is what follows in a second command, "" for nothing.
    """

    text: str
    nonce: str
    asked: tuple[str, ...]
    plain: str
    then: str = ""


def new_nonce() -> str:
    """128 random bits: what a target has not seen it cannot forge."""
    return secrets.token_hex(16)


def build_script(runner: str, probes: Sequence[Probe], nonce: str, *, elevate: bool) -> Script:
    """The script for one target. With `elevate` it becomes root where `sudo -n` or `doas -n` allow it."""
    plain = _whole(_body(runner, probes, nonce))
    text = _elevated(plain, nonce) if elevate else plain
    return Script(text, nonce, tuple(probe.id for probe in probes), plain)


def refusal(nonce: str, said: str, who: bytes) -> bytes:
    """The frames that say why the probes run without root, and as `who`, for the head of the answer."""
    begin = f"\n{nonce} begin {PRIVILEGE_PROBE}\n"
    return begin.encode() + who + f"\n{nonce} end {PRIVILEGE_PROBE} 11\n{said[:1000]}\n".encode()


def quote(text: str) -> str:
    """`text` as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _body(runner: str, probes: Sequence[Probe], nonce: str) -> str:
    calls = [f"run {p.id} {p.timeout} {p.max_bytes + 1} {quote(stripped(p.script))}" for p in probes]
    who = f"run {PRIVILEGE_PROBE} 5 300 'id -u; id -un'"
    done = 'echo; echo "$NONCE done"'
    return "\n".join([f"unset NONCE; NONCE={nonce}", stripped(runner), who, *calls, done, "exit 0"])


def stripped(script: str) -> str:
    """Without the comments and blank lines: they are for the reader of the file, not for the target."""
    kept = (line for line in script.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return "\n".join(kept)


def _whole(body: str) -> str:
    # In braces, so that the shell reads all of it before it runs any: a script cut short does nothing,
    # and no probe waits for a shell that is still being written to.
    return f"{{\n{body}\n}}\n"


def _elevated(plain: str, nonce: str) -> str:
    """Root by whichever way is open; otherwise the same script with the rights there are.

    The script goes in over standard input, so that neither the process list nor sudo's log holds it, and
    from a variable, since a here-document may need a temporary file. The shell that has become root says
    so on standard error: an exit status would not tell a refusal from a script that was ended.
    `-k` keeps sudo from writing down who has signed in. sudoers' `requiretty` wants a terminal: `script`
    lends it one, past which the script and its answer go over fds 4 and 3. That takes a shell of its own,
    since bash 5.2 crashes on `4<&0` where its script comes over standard input; `3>&3` is for ksh, which
    does not hand fd 3 on. Not all shells have a printf of their own, and a word of a command line holds
    128 KiB.
    """
    return _whole(
        f"""PATH={SAFE_PATH}; LC_ALL=C; SHELL=/bin/sh; export PATH LC_ALL SHELL
S={quote(plain)}
[ "$(id -u)" = 0 ] && eval "$S"
exec 3>&1
up='{nonce} up'
if [ -n "$KSH_VERSION" ]; then text() {{ print -r -- "$S"; }}; else text() {{ printf '%s\\n' "$S"; }}; fi
feed() {{ echo "echo $up >&2"; text; }}
have() {{ command -v "$1" >/dev/null 2>&1; }}
said=''
try() {{
  heard=$({{ feed 2>/dev/null | "$@" >&3; }} 2>&1)
  case $heard in *"$up"*) exit 0 ;; esac
  said="$said$heard "
}}
lend='exec script -qec "$1 <&4 >&3" /dev/null 4<&0 </dev/null >&2'
with_tty() {{ /bin/sh -c "$lend" sh "$*" 3>&3; }}
if have sudo; then
  try sudo -n -k {SHELL_COMMAND}
  case $said in *'must have a tty'*) have script && try with_tty sudo -n -k {SHELL_COMMAND} ;; esac
fi
have doas && try doas -n {SHELL_COMMAND}
have sudo || have doas || said='neither sudo nor doas is installed'
echo; echo '{nonce} begin {PRIVILEGE_PROBE}'; id -u; id -un
echo; echo '{nonce} end {PRIVILEGE_PROBE} 11'; printf '%.1000s\\n' "$said"
eval "$S"
"""
    )
