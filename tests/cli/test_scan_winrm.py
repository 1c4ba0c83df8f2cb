"""Whole scans of Windows machines over WinRM: what they show, refuse, cut short or forge."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from igaudit.cli import cli
from tests.cli.winrm_scans import VARIABLE, Scan, Scanner, inventory, url
from tests.sshd import wait_for
from tests.wsman.backends import CLIXML, echo, never
from tests.wsman.fixtures import PASSWORD, Pki, Services
from tests.wsman.kdc import REALM, USER, Kdc
from tests.wsman.others import http, service
from tests.wsman.relay import cutting_relay
from tests.wsman.serve import ROOT, Served, Spec
from tests.wsman.state import Knobs
from tests.wsman.trouble import drop
from tests.wsman.windows import DENIED, Windows, recorded

ALLOWED = {("pass", "unknown"), ("fail", "unknown"), ("not-applicable", "unknown")}
QUICK = "--policy=attack-surface"


@pytest.fixture(scope="module")
def whole(pki: Pki, ntlm_accounts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scan]:
    """A scan of a server that tells all."""
    services = Services(pki)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PASSWORD)
        scanner = Scanner(tmp_path_factory.mktemp("whole"), pki.ca)
        yield scanner.scan(services.start(recorded("windows-2022")))
    services.stop()


def worse(before: Scan, after: Scan) -> dict[str, tuple[str, str]]:
    """What has become another outcome than it was, other than unknown."""
    changes = {check: (before.outcomes[check], now) for check, now in after.outcomes.items()}
    return {
        check: change for check, change in changes.items() if len(set(change)) > 1 and change not in ALLOWED
    }


@pytest.mark.parametrize("tls", [True, False])
def test_a_scan_costs_one_shell_and_two_commands(services: Services, scanner: Scanner, tls: bool) -> None:
    windows = recorded("windows-2022")
    server = services.start(windows, tls=tls)
    scan = scanner.scan(server)
    acts = Counter(server.state.log.acts)
    assert (acts["Create"], acts["Command"], acts["Delete"]) == (1, 2, 1)
    assert scan.target["status"] == "answered"
    assert {"pass", "fail"} <= set(scan.outcomes.values())
    assert server.traffic.plain == (sum(acts.values()) if tls else 0)


@pytest.mark.parametrize("case", ["windows-10", "windows-11", "windows-2016", "windows-2019", "windows-2025"])
def test_every_release_in_every_language_is_understood(
    services: Services, scanner: Scanner, case: str
) -> None:
    scan = scanner.scan(services.start(recorded(case)))
    assert {"pass", "fail"} <= set(scan.outcomes.values())
    assert scan.statuses() <= {"collected", "absent"}


def test_a_run_is_replayed_with_the_same_results(scanner: Scanner, whole: Scan) -> None:
    assert scanner.run(f"replay:{whole.folder}").outcomes == whole.outcomes


def test_where_everything_is_denied_nothing_passes(services: Services, scanner: Scanner) -> None:
    scan = scanner.scan(services.start(Windows(meta={"why": DENIED["why"]}, otherwise=DENIED)))
    assert set(scan.outcomes.values()) <= {"unknown", "not-applicable", "manual"}
    assert "unknown" in scan.outcomes.values()


def test_where_every_step_failed_nothing_passes(services: Services, scanner: Scanner) -> None:
    failed = {"state": "error", "why": {"message": "The RPC server is unavailable."}, "ms": 1}
    scan = scanner.scan(services.start(Windows(meta={"why": failed["why"]}, otherwise=failed)))
    assert set(scan.outcomes.values()) <= {"unknown", "not-applicable", "manual"}


def test_an_account_without_rights_turns_nothing_into_a_pass(
    services: Services, scanner: Scanner, whole: Scan
) -> None:
    full = recorded("windows-2022")
    secret = {name: said for name, said in full.facts.items() if not name.startswith(("os.", "services."))}
    little = Windows({**full.facts, **dict.fromkeys(secret, DENIED)}, {**full.meta, "admin": False})
    scan = scanner.scan(services.start(little))
    assert worse(whole, scan) == {}
    assert scan.outcomes != whole.outcomes
    assert scan.target["privilege"] != whole.target["privilege"]


def test_constrained_language_mode_is_reached_and_not_supported(services: Services, scanner: Scanner) -> None:
    server = services.start(Windows(mode="ConstrainedLanguage"))
    scan = scanner.scan(server, QUICK)
    assert "constrained language mode" in scan.target["detail"]
    assert set(scan.outcomes.values()) <= {"unknown", "not-applicable", "manual"}
    assert server.state.log.acts.count("Command") == 1


def test_powershell_4_is_named_and_keeps_what_came(services: Services, scanner: Scanner) -> None:
    scan = scanner.scan(services.start(recorded("windows-2012-r2")))
    assert scan.group("os")["facts"]["build"] == 9600
    assert "PowerShell 4" in scan.text
    assert "sudo" not in scan.text.partition("What failed")[0]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_an_answer_cut_short_turns_nothing_into_a_pass(
    services: Services, scanner: Scanner, whole: Scan, share: float
) -> None:
    windows = recorded("windows-2022")
    windows.share = share
    scan = scanner.scan(services.start(windows))
    assert worse(whole, scan) == {}
    assert "unknown" in scan.outcomes.values() or scan.target["status"] == "unreachable"


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("cut_after", [500, 10_000, 100_000])
def test_a_connection_cut_at_any_byte_leaves_no_shell_and_no_pass(
    services: Services, scanner: Scanner, whole: Scan, cut_after: int, tls: bool
) -> None:
    """In the middle of TLS, of HTTP, of a frame: the good-byes go over another connection."""
    server = services.start(recorded("windows-2022"), tls=tls)
    with cutting_relay(server.port, cut_after) as port:
        scan = scanner.run(f"{server.scheme}://{USER}@localhost:{port}")
    assert worse(whole, scan) == {}
    assert scan.target["detail"].startswith("localhost:") or "connection was lost" in scan.target["detail"]


def test_a_machine_that_falls_silent_is_left_at_the_deadline(
    services: Services, scanner: Scanner, whole: Scan
) -> None:
    windows = recorded("windows-2022")
    windows.share, windows.then = 0.5, "hang"
    server = services.start(windows)
    scan = scanner.scan(server, "--target-timeout=1.5")
    assert worse(whole, scan) == {}
    assert "had not ended after 1.5 s" in scan.target["detail"]
    assert [command.killed for command in server.state.commands] == [True]


@pytest.mark.parametrize("act", ["Command", "Send", "Receive"])
def test_a_second_command_that_breaks_off_keeps_what_the_first_gave(
    services: Services, scanner: Scanner, whole: Scan, act: str
) -> None:
    server = services.start(recorded("windows-2022"))
    state, running = server.state, 1 if act == "Command" else 2
    state.knobs.trouble = lambda moment: (
        drop(act, first=moment.number)(moment)
        if len(state.commands) == running and moment.number > 1
        else None
    )
    scan = scanner.scan(server)
    assert worse(whole, scan) == {}
    assert {"pass", "fail"} <= set(scan.outcomes.values())
    assert "hung up" in scan.target["detail"]


@pytest.mark.parametrize("secret", ["guessed", "known", "done"])
def test_the_name_of_a_service_forges_nothing(
    services: Services, scanner: Scanner, whole: Scan, secret: str
) -> None:
    """Frames within a name, and a console that breaks lines so that they stand at the beginning of one."""
    windows = recorded("windows-2022")
    windows.forge = secret
    scan = scanner.scan(services.start(windows))
    assert worse(whole, scan) == {}
    assert scan.group("os") == whole.group("os")
    assert secret == "done" or scan.outcomes == whole.outcomes


def test_banners_code_pages_and_clixml_do_no_harm(services: Services, scanner: Scanner, whole: Scan) -> None:
    windows = recorded("windows-2022")
    windows.before, windows.stderr = "Grüße vom Domänencontroller\r\n".encode("cp850"), CLIXML
    server = services.start(windows, knobs=Knobs(element_bytes=7, stream_chunk=4096))
    assert scanner.scan(server).outcomes == whole.outcomes


def test_lines_that_a_console_wraps_are_put_together(
    services: Services, scanner: Scanner, whole: Scan
) -> None:
    windows = recorded("windows-2022")
    windows.wrap = 80
    assert scanner.scan(services.start(windows)).outcomes == whole.outcomes


def test_two_megabytes_are_taken(services: Services, scanner: Scanner, whole: Scan) -> None:
    windows = recorded("windows-2022")
    windows.padding = 2_000_000
    assert scanner.scan(services.start(windows)).outcomes == whole.outcomes


def test_more_than_the_limit_is_not(services: Services, scanner: Scanner, whole: Scan) -> None:
    windows = recorded("windows-2022")
    windows.padding = 2_000_000
    scan = scanner.scan(services.start(windows), "--max-bytes=500000")
    assert worse(whole, scan) == {}


def test_fifty_targets_at_once_leave_no_shell(services: Services, scanner: Scanner) -> None:
    windows = recorded("windows-2022")
    windows.pause = 0.2
    server = services.start(windows, knobs=Knobs(max_shells=50))
    names = [f"ward-{number}" for number in range(50)]
    path = inventory(scanner.folder.parent / "estate.yaml", server, names)
    scan = scanner.run("-i", str(path), "--jobs=50", "--check=attack-surface.smb1-server-off")
    assert [row["status"] for row in scan.assessment["targets"]] == ["answered"] * 50
    assert server.state.log.most_shells > 10
    assert not server.state.shells


def test_one_target_out_of_reach_does_not_keep_the_others(services: Services, scanner: Scanner) -> None:
    good, gone = services.start(recorded("windows-2022")), services.start(echo)
    gone.server_close()
    bad = url(gone, "127.0.0.1")
    rows = scanner.run(url(good), bad, QUICK).assessment["targets"]
    assert {row["name"]: row["status"] for row in rows} == {
        "localhost": "answered",
        "127.0.0.1": "unreachable",
    }


@pytest.mark.parametrize(
    ("what", "says"),
    [("password", "refused the sign-in"), ("ca", "certificate"), ("shell", "does not speak WinRM")],
)
def test_what_cannot_be_reached_is_one_row_with_advice(
    services: Services, scanner: Scanner, monkeypatch: pytest.MonkeyPatch, what: str, says: str
) -> None:
    if what == "password":
        monkeypatch.setenv(VARIABLE, "not the right one")
    if what == "ca":
        scanner.ca = services.pki.stranger.file
    if what == "shell":
        with service(lambda request: [http("200 OK", body=b"<html>")]) as (port, _):
            scan = scanner.run(f"winrm://{USER}@localhost:{port}", QUICK)
    else:
        scan = scanner.scan(services.start(recorded("windows-2022")), QUICK)
    assert (scan.target["status"], scan.assessment["results"]) == ("unreachable", [])
    assert says in scan.target["detail"]
    assert scan.target["advice"]


def test_what_a_machine_said_is_recorded_for_those_who_have_none(
    services: Services, scanner: Scanner, tmp_path: Path
) -> None:
    server, shipped = services.start(recorded("windows-2022")), ROOT / "collectors/smb/samples"
    samples = tmp_path / "samples"
    options = ["--group", "smb", "--record", "windows-2022", "--out", str(samples), *scanner.options()]
    cli.main(["collect", url(server), *options], standalone_mode=False)
    facts = "smb/samples/windows-2022.json"
    assert (samples / facts).read_text() == (shipped / "windows-2022.json").read_text()
    assert (samples / facts).with_suffix(".txt").exists()


def test_no_secret_is_in_what_is_kept(whole: Scan) -> None:
    kept = b"".join(path.read_bytes() for path in whole.folder.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept + whole.text.encode()


def test_ipv6_is_a_target_like_any_other(services: Services, scanner: Scanner) -> None:
    server = services.start(recorded("windows-2022"), address="::1")
    assert scanner.run(url(server, "[::1]"), QUICK).target["status"] == "answered"


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_leaves_no_shell(services: Services, scanner: Scanner, times: int) -> None:
    server = services.start(never, knobs=Knobs(max_shells=10))
    path = inventory(scanner.folder.parent / "estate.yaml", server, [f"ward-{n}" for n in range(5)])
    out = ["--out", str(scanner.folder / "run")]
    command = [sys.executable, "-m", "igaudit", "scan", "-i", str(path), *scanner.options(), *out]
    # Whoever runs the tests may have told their children not to heed Ctrl-C.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=heed)
    wait_for(lambda: len(server.state.commands) == 5, 30.0)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert times == 2 or not server.state.shells
    if times == 2:  # Who insists is obeyed; the shells end by their idle time.
        services.abandon(server)


def test_a_scan_by_kerberos(kdc: Kdc, services: Services, tmp_path: Path) -> None:
    environment = {**os.environ, **kdc.sign_in(tmp_path / "tickets")}
    files = {"certificate": str(services.pki.good.certificate), "key": str(services.pki.good.key)}
    out = ["--out", str(tmp_path / "run"), "--format=text"]
    with Served(Spec(windows="windows-2022", **files), kdc.service) as server:  # type: ignore[arg-type]
        target = f"winrms://localhost:{server.port}"
        command = [sys.executable, "-m", "igaudit", "scan", target, "--winrm-ca", str(services.pki.ca), *out]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
        state = server.state()
    assert done.returncode == 3, done.stderr
    assert state["users"] == [f"{USER}@{REALM}"]
    assert state["shells"] == 0
