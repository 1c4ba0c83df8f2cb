"""The steps of `doctor` for a Windows target, on a healthy one and where one of them fails."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from igaudit.collect.checkup import Step
from igaudit.collect.doctor import diagnose
from igaudit.collect.transport import Limits
from igaudit.collect.winrm_findings import clock_step
from igaudit.model.target import Target
from tests.collect.winrm_asking import Asker, target_of
from tests.sshd import free_port
from tests.wsman.certificates import Authority
from tests.wsman.command import Command
from tests.wsman.fixtures import Pki, Services
from tests.wsman.shell import Shell
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs
from tests.wsman.windows import META, Windows

PRIMITIVES = (Path(__file__).parents[2] / "collectors" / "primitives.ps1").read_text("ascii")
OUTSIDE = ["configuration", "name", "connection", "TLS", "schemes", "clock", "sign-in"]
INSIDE = ["PowerShell", "rights", "quotas"]
NOW = 1_792_000_000.0


def steps(asker: Asker, target: Target, auth: str = "ntlm", **more: object) -> dict[str, Step]:
    settings = asker.settings(auth, **more)
    limits = Limits(connect=5, target=10)
    found = list(diagnose(target, "", None, limits, winrm=settings, primitives=PRIMITIVES))
    assert all(step.detail and step.detail.isprintable() for step in found)
    return {step.name: step for step in found}


def test_a_healthy_target(services: Services, asker: Asker) -> None:
    server = services.start(Windows())
    found = steps(asker, target_of(server))
    assert list(found) == OUTSIDE + INSIDE
    assert all(step.ok for step in found.values())
    assert "127.0.0.1" in found["name"].detail
    assert "a certificate for localhost" in found["TLS"].detail
    assert found["schemes"].detail == "Negotiate, Kerberos"
    assert found["clock"].detail == "the same as here to within a second"
    assert found["PowerShell"].detail.startswith("5.1.20348.2849, FullLanguage; ServerStandard")
    assert found["rights"].detail == "WARD-SRV\\audit is an administrator"
    assert "MaxEnvelopeSizekb 500" in found["quotas"].detail
    assert not server.state.shells


def test_plain_http_has_no_step_for_tls(services: Services, asker: Asker) -> None:
    found = steps(asker, target_of(services.start(Windows(), tls=False)))
    assert list(found) == [name for name in OUTSIDE + INSIDE if name != "TLS"]


def test_the_step_that_fails_is_the_last(services: Services, asker: Asker, pki: Pki) -> None:
    server = services.start(Windows(), doors=Doors(offered=("Kerberos",)))
    target = target_of(server)
    assert list(steps(asker, replace(target, user=""))) == OUTSIDE[:1]
    assert list(steps(asker, replace(target, address="no-such-name.invalid"))) == OUTSIDE[:2]
    assert list(steps(asker, replace(target, port=free_port()))) == OUTSIDE[:3]
    found = steps(asker, target, ca=pki.stranger.file)
    assert list(found) == [*OUTSIDE[:4], "certificate"]
    assert "by Test Authority" in found["certificate"].detail
    found = steps(asker, target)
    assert list(found) == OUTSIDE[:5]
    assert "Sign in by kerberos" in found["schemes"].advice
    asker.password("wrong")
    assert list(steps(asker, target_of(services.start(Windows())))) == OUTSIDE


def test_a_certificate_for_another_name_shows_its_names(services: Services, asker: Asker, pki: Pki) -> None:
    found = steps(asker, target_of(services.start(Windows(), certificate=pki.elsewhere)))
    assert "elsewhere.example.test" in found["certificate"].detail


def test_a_certificate_that_cannot_all_be_read_is_shown_all_the_same(
    services: Services, asker: Asker, tmp_path: Path
) -> None:
    odd = Authority(tmp_path, "Odd Authority").odd("odd")
    found = steps(asker, target_of(services.start(Windows(), certificate=odd)))
    assert list(found) == [*OUTSIDE[:4], "certificate"]
    assert "a certificate for odd, by Odd Authority" in found["certificate"].detail


@pytest.mark.parametrize("said", [b"[" * 100_000, b"[1]", b"{", b'"\xff"', b""])
def test_a_script_that_says_nonsense_of_itself_is_no_traceback(
    services: Services, asker: Asker, said: bytes
) -> None:
    def run(command: Command, shell: Shell) -> None:
        mark = command.read_input().split(b"'")[1]
        command.finish(mark + b" meta %d " % len(said) + said + b"\r\n" + mark + b" done 2 {}\r\n")

    found = steps(asker, target_of(services.start(run)))
    assert found["PowerShell"].ok is False


def test_an_account_without_rights_is_told_what_it_lacks(services: Services, asker: Asker) -> None:
    found = steps(asker, target_of(services.start(Windows(meta={**META, "admin": False}))))
    assert found["rights"].ok is False
    assert "LocalAccountTokenFilterPolicy" in found["rights"].advice


def test_constrained_language_mode_is_told(services: Services, asker: Asker) -> None:
    found = steps(asker, target_of(services.start(Windows(mode="ConstrainedLanguage"))))
    assert found["PowerShell"].ok is False
    assert "constrained language mode" in found["PowerShell"].detail


def test_an_old_powershell_is_told(services: Services, asker: Asker) -> None:
    found = steps(asker, target_of(services.start(Windows(meta={**META, "powershell": "4.0"}))))
    assert found["PowerShell"].ok is False
    assert "5.1" in found["PowerShell"].advice


def test_a_low_quota_names_its_setting(services: Services, asker: Asker) -> None:
    found = steps(asker, target_of(services.start(Windows(), knobs=Knobs(max_envelope_kb=100))))
    assert found["quotas"].advice == "Raise them: Set-Item WSMan:\\localhost\\MaxEnvelopeSizekb 150."


def test_what_powershell_says_of_itself_may_be_anything(services: Services, asker: Asker) -> None:
    strange = {"powershell": ["\x1b[31m"], "mode": None, "admin": "yes", "user": {"a": 1}, "utc": 7}
    found = steps(asker, target_of(services.start(Windows(meta=strange))))
    assert found["rights"].ok is False


@pytest.mark.parametrize(
    ("ahead", "ok", "says"), [(0, True, "the same"), (30, True, "30 s ahead"), (-400, False, "400 s behind")]
)
def test_the_clock_is_compared(ahead: int, ok: bool, says: str) -> None:
    told = datetime.fromtimestamp(NOW + ahead, UTC)
    for text in (format_datetime(told, usegmt=True), told.strftime("%Y-%m-%dT%H:%M:%SZ")):
        step = clock_step(text, NOW)
        assert step.ok is ok
        assert says in step.detail
        assert bool(step.advice) is not ok


@pytest.mark.parametrize("text", ["", "yesterday", "9999-99-99T99:99:99Z", "Tue, 99 Foo 2026 00:00:00 GMT"])
def test_a_clock_that_makes_no_sense_says_nothing(text: str) -> None:
    assert clock_step(text, NOW).ok is None
