"""The script, under every shell that may be a target's /bin/sh."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from igaudit.collect.frame import Frames, deframe
from igaudit.collect.script import Script, build_script, quote
from igaudit.model.collector import Probe
from tests.collect.asking import RUNNER, WHO, probe

N = "0123456789abcdef" * 2
SHELLS = ["dash", "bash", "bash --posix", "busybox sh", "mksh"]


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def script_of(*probes: Probe, elevate: bool = False, runner: str = RUNNER) -> Script:
    return build_script(runner, probes, N, elevate=elevate)


def run(shell: str, text: str, environment: dict[str, str] | None = None) -> bytes:
    """What `shell` prints that runs `text`, the probes' own shells being of the same kind."""
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"{shell} is not installed")
    text = text.replace(" sh -c ", f" {shell} -c ")
    command = [*shell.split(), "-s"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, env=environment, timeout=60)
    return done.stdout


def answers_of(shell: str, *probes: Probe, elevate: bool = False, runner: str = RUNNER) -> Frames:
    raw = run(shell, script_of(*probes, elevate=elevate, runner=runner).text)
    return deframe(raw, N, {p.id: p.max_bytes for p in probes})


def status_and_output(frames: Frames) -> Sequence[tuple[str, int | None, bytes, str]]:
    asked = [a for a in frames.answers.values() if a.probe != "privilege"]
    return [(a.probe, a.status, a.stdout, a.stderr) for a in asked]


def test_answers_come_apart(shell: str) -> None:
    frames = answers_of(
        shell,
        probe("t.nul", r"printf 'a\0b\0'"),
        probe("t.bare", "printf 'no newline at the end'"),
        probe("t.empty", ":"),
        probe("t.blank", "echo; echo; echo last; echo"),
        probe("t.status", "echo out; echo err >&2; exit 3"),
        probe("t.quotes", """echo 'it'"'"'s "$HOME" \\ `no`' """),
        probe("t.syntax", "echo 'unclosed"),
    )
    assert frames.complete
    *rest, syntax = status_and_output(frames)
    assert rest == [
        ("t.nul", 0, b"a\0b\0", ""),
        ("t.bare", 0, b"no newline at the end", ""),
        ("t.empty", 0, b"", ""),
        ("t.blank", 0, b"\n\nlast\n\n", ""),
        ("t.status", 3, b"out\n", "err"),
        ("t.quotes", 0, b'it\'s "$HOME" \\ `no`\n', ""),
    ]
    assert syntax[1] not in (0, None)


def test_words_of_the_runner_end_a_probe(shell: str) -> None:
    frames = answers_of(
        shell,
        probe("t.absent", "can_read /nonexistent; echo never"),
        probe("t.denied", "denied 'only root reads it'"),
        probe("t.unsupported", "have no-such-tool || unsupported 'no-such-tool is not installed'"),
        probe("t.readable", "can_read /etc/passwd; have sh && echo fine"),
    )
    assert status_and_output(frames) == [
        ("t.absent", 10, b"", "/nonexistent does not exist"),
        ("t.denied", 11, b"", "only root reads it"),
        ("t.unsupported", 12, b"", "no-such-tool is not installed"),
        ("t.readable", 0, b"fine\n", ""),
    ]


def test_a_probe_that_hangs_is_ended_and_the_next_one_runs(shell: str) -> None:
    frames = answers_of(shell, probe("t.hang", "echo before; sleep 60; echo after", timeout=1), WHO)
    assert status_and_output(frames)[0][:3] == ("t.hang", 124, b"before\n")
    assert frames.answers["t.who"].status == 0


@pytest.mark.parametrize("shell", ["busybox sh", "mksh"])
def test_a_probe_that_hangs_is_ended_without_timeout_too(shell: str) -> None:
    runner = RUNNER.replace("timeout -k 1 5 true", "false").replace("timeout 5 true", "false")
    assert runner.count("if false; then") == 2
    frames = answers_of(shell, probe("t.hang", "echo before; sleep 60", timeout=1), WHO, runner=runner)
    assert status_and_output(frames)[0][:3] == ("t.hang", 124, b"before\n")
    assert frames.answers["t.who"].status == 0


def test_long_answers_are_cut_at_their_limit(shell: str) -> None:
    frames = answers_of(
        shell,
        probe("t.long", "head -c 300000 /dev/zero", max_bytes=400000),
        probe("t.endless", "while :; do echo 0123456789; done", max_bytes=1000, timeout=5),
    )
    assert len(frames.answers["t.long"].stdout) == 300000
    assert not frames.answers["t.long"].truncated
    assert len(frames.answers["t.endless"].stdout) == 1000
    assert frames.answers["t.endless"].truncated


def test_the_end_of_a_long_standard_error_is_kept(shell: str) -> None:
    noise = "head -c 5000000 /dev/zero | tr '\\0' e >&2; denied 'this is why'"
    answer = answers_of(shell, probe("t.noisy", noise)).answers["t.noisy"]
    assert answer.status == 11
    assert answer.stderr.endswith("this is why")
    assert len(answer.stderr) <= 1000


def test_probes_meet_a_known_environment(shell: str) -> None:
    said = "pwd; echo $LC_ALL $TZ; echo $PATH; cat; umask"
    environment = {"PATH": "/nonsense:/usr/bin:/bin", "LC_ALL": "tr_TR.UTF-8", "NONCE": "x"}
    raw = run(shell, script_of(probe("t.env", said), probe("t.all", "env")).text, environment)
    assert N.encode() not in deframe(raw, N, {}).answers["t.all"].stdout
    pwd, locale, path, umask = deframe(raw, N, {}).answers["t.env"].stdout.decode().splitlines()
    assert (pwd, locale, int(umask, 8)) == ("/", "C UTC0", 0o77)
    assert path.startswith("/usr/sbin:/usr/bin:/sbin:/bin:")


def test_a_probe_that_needs_a_missing_tool_says_so(shell: str, tmp_path: Path) -> None:
    for tool in ("awk", "cat", "head", "sort", "tail", "tr", "timeout", "true", "printf", shell.split()[0]):
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    runner = re.sub(r"(?m)^PATH=.*$", f"PATH={tmp_path}", RUNNER)
    silent = probe("t.silent", "grep -c root /etc/passwd; exit 0")
    frames = answers_of(shell, silent, probe("t.other", "echo yes"), runner=runner)
    assert status_and_output(frames) == [
        ("t.silent", 12, b"", "there is no grep"),
        ("t.other", 0, b"yes\n", ""),
    ]


@pytest.mark.parametrize(
    ("folder", "away"),
    [("/srv/share", True), ("/srv/share/a/b", True), ("/srv", False), ("/srv/shared", False), ("/", False)],
)
def test_a_folder_of_a_file_server_is_elsewhere(shell: str, tmp_path: Path, folder: str, away: bool) -> None:
    (tmp_path / "mounts").write_text("/dev/sda1 / ext4 rw 0 0\nnas:/x /srv/share nfs4 rw 0 0\n")
    runner = RUNNER.replace("/proc/self/mounts", str(tmp_path / "mounts"))
    asked = probe("t.place", f"if elsewhere {folder}; then echo away; else echo here; fi")
    said = "away" if away else "here"
    assert status_and_output(answers_of(shell, asked, runner=runner))[0][2].decode().strip() == said


def test_no_command_line_has_the_nonce(shell: str) -> None:
    everything = probe("t.ps", "cat /proc/[0-9]*/cmdline", max_bytes=4_000_000)
    for elevate in (False, True):
        listing = answers_of(shell, everything, elevate=elevate).answers["t.ps"].stdout
        assert b"cmdline" in listing
        assert N.encode() not in listing


def test_root_stays_root_when_asked_to_become_it(shell: str) -> None:
    frames = answers_of(shell, WHO, elevate=True)
    assert frames.complete
    assert frames.answers["t.who"].stdout == subprocess.run(["id", "-u"], capture_output=True).stdout


@pytest.mark.parametrize("elevate", [False, True])
def test_a_script_cut_short_does_nothing(shell: str, elevate: bool) -> None:
    text = script_of(WHO, elevate=elevate).text
    assert run(shell, text[: len(text) * 3 // 4]) == b""
    assert run(shell, text[:-3]) == b""


def test_a_script_can_be_long(shell: str) -> None:
    long = probe("t.long", "x='" + "y" * 100_000 + "'\necho ${#x}")
    frames = answers_of(shell, long, probe("t.longer", long.script), elevate=True)
    assert frames.answers["t.longer"].stdout == b"100000\n"


def test_comments_are_not_sent() -> None:
    script = script_of(probe("t.c", "# for the reader\n\n  # indented\necho '# not one' # after\n"))
    assert "for the reader" not in script.text
    assert "indented" not in script.text
    assert "echo '\\''# not one'\\'' # after" in script.text
    assert "Runs the probes of one target" not in script.text


@pytest.mark.parametrize("text", ["", "a b", "it's", "'", "''", "\\", "$(id)", "\n", 'a"b'])
def test_quote_makes_one_word(text: str) -> None:
    shown = subprocess.run(["sh", "-c", f"printf %s {quote(text)}"], capture_output=True, check=True)
    assert shown.stdout.decode() == text
