"""A made-up assessment that has everything a report must be able to show."""

from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from igaudit.content import Content
from igaudit.load.reports import load_reports
from igaudit.model.report import ReportDefinition
from igaudit.model.result import (
    AppliedWaiver,
    Assessment,
    CheckInfo,
    ContentFile,
    Gap,
    Mismatch,
    Outcome,
    RequirementRow,
    Result,
    RunInfo,
    Standing,
    TargetInfo,
    WaiverRow,
    WaiverState,
)

KEX = "cryptography.ssh-key-exchange"
UPDATES = "patching.updates-in-time"
RESTART = "patching.restart-done"
SUPPORTED = "patching.operating-system-supported"
REVIEWED = "patching.exceptions-reviewed"
CERTIFICATES = "cryptography.certificates"
SHADOW = "accounts.no-empty-passwords"
TRAINED = "accounts.administrators-trained"
UNTRIED = "disposal.register-complete"

EVERYTHING_HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 \u202eevil\u2066 a\r\nb\tc\x00\x9b31m <script>alert(1)</script>"
    "<img src=x onerror=alert(1)> &amp; \"q\" 'q' {{ 7*7 }} {% raw %} | pipe \\| `tick``` *b* _i_ ~~s~~"
    " [link](javascript:alert(1)) ![i](http://x.test/i.png) <http://x.test> https://x.test www.x.test"
    " me@x.test @all #1 ]]> --> =1+1 \ud800 \ufffe \U000e0041 end"
)


def definition(name: str = "technical") -> ReportDefinition:
    """A report as it is shipped."""
    return load_reports(Content.of())[name]


def _check(id: str, title: str, severity: str, remedy: str, why: str = "") -> CheckInfo:
    policy = id.partition(".")[0]
    sources = {
        "cryptography": "Approved Cryptographic Algorithms Good Practice Guideline 4.0, Key exchange",
        "patching": "Cyber Essentials: Requirements for IT Infrastructure 3.3, Security update management",
    }
    return CheckInfo(id, policy, title, severity, remedy, sources.get(policy, ""), why)


CHECKS = (
    _check(
        KEX,
        "The SSH server offers only approved key exchanges",
        "high",
        "Set KexAlgorithms in sshd_config to the approved list and reload sshd.",
        "A recorded session can be read later if its key exchange is broken.",
    ),
    _check(
        CERTIFICATES,
        "Certificates are in date and use approved keys and signatures",
        "medium",
        "Renew the certificate with an approved key.",
    ),
    _check(
        UPDATES,
        "No in-scope security update has waited longer than allowed",
        "high",
        "Install the listed updates. If one cannot be installed, ask the SIRO for a waiver with an end date.",
    ),
    _check(
        RESTART,
        "No installed update is waiting for a restart",
        "medium",
        "Restart the target in its next maintenance window.",
    ),
    _check(
        SUPPORTED,
        "The operating system still receives security updates",
        "critical",
        "Move to a release that is still supported.",
        "No fix will come for what is found in it from now on.",
    ),
    _check(
        REVIEWED,
        "The register of unpatched and unsupported systems was reviewed",
        "medium",
        "The SIRO signs an attestation for this check.",
    ),
    _check(SHADOW, "No account that can sign in has an empty password", "critical", "Lock the account."),
    _check(TRAINED, "Every administrator was trained this year", "low", "The SIRO signs an attestation."),
    _check(UNTRIED, "Every disposed device has a certificate of destruction", "low", "Ask the contractor."),
)


def _target(name: str, address: str, **other: Any) -> TargetInfo:
    told: dict[str, Any] = {
        "transport": "ssh",
        "platform": "linux",
        "kind": "machine",
        "roles": ("web",),
        "tags": (),
        "collected_at": "2026-11-20T09:15:02Z",
        "status": "answered",
        "privilege": "root by sudo",
        "facts": {"os": "Debian GNU/Linux 12"},
    }
    return TargetInfo(name, address, **(told | other))


TARGETS = (
    _target("web-1", "10.20.0.11"),
    _target("web-2", "10.20.0.12", tags=("internet-facing",)),
    _target("pacs-archive", "10.20.4.2", roles=("imaging",), facts={"os": "CentOS Linux 7"}),
    _target("ward-kiosk-7", "10.20.9.7", roles=(), privilege="none", facts={}),
    _target(
        "theatre-3",
        "10.20.7.3",
        roles=(),
        collected_at="2026-11-20T09:15:12Z",
        status="timed-out",
        detail="no answer from port 22 within 10 s",
        advice="See whether it is switched on, and whether the firewall lets the scanner in.",
        privilege="",
        facts={},
    ),
    _target(
        "trust", "", transport="local", kind="organisation", platform="", roles=(), privilege="", facts={}
    ),
)

WAIVER = AppliedWaiver(
    reason="The vendor certifies the imaging software on CentOS 7 only.",
    risk="Isolated network segment; no access from the internet.",
    approver="Dr A. Example, SIRO",
    ticket="CHG-1042",
    until="2027-02-28",
)

_SUDOERS = "igaudit ALL=(root) NOPASSWD: /bin/sh"
_DENIED = f"needs root; in sudoers: {_SUDOERS}"
_WEAK = Mismatch(
    "sshd.kex", "", "only curve25519-sha256, ecdh-sha2-nistp256", "also diffie-hellman-group1-sha1"
)


def _pending(package: str, found: str) -> Mismatch:
    return Mismatch(f"updates.pending[{package}].released", package, "a date in the last 14 days", found)


def _results() -> list[Result]:
    answered = [target.name for target in TARGETS if target.kind == "machine" and target.status == "answered"]
    unknown, passed, failed = Outcome.UNKNOWN, Outcome.PASS, Outcome.FAIL
    return [
        Result("web-1", KEX, failed, mismatches=(_WEAK,), evidence=("sshd.settings",)),
        Result("web-2", KEX, failed, mismatches=(_WEAK,), evidence=("sshd.settings",)),
        Result("pacs-archive", KEX, passed, evidence=("sshd.settings",)),
        Result("ward-kiosk-7", KEX, Outcome.NOT_APPLICABLE, "there is no sshd", evidence=("sshd.settings",)),
        Result(
            "web-1",
            UPDATES,
            failed,
            mismatches=(_pending("openssl", "2026-10-22"), _pending("curl", "2026-10-30")),
            gaps=(Gap("updates.pending[linux-image].released", "incomplete-record", "no date in the feed"),),
        ),
        Result("web-2", UPDATES, passed),
        Result("pacs-archive", UPDATES, unknown, "feed-too-old", gaps=(_feed(),)),
        Result("ward-kiosk-7", UPDATES, unknown, "unparsable", gaps=(Gap("updates.pending", "unparsable"),)),
        Result(
            "pacs-archive",
            SUPPORTED,
            failed,
            mismatches=(Mismatch("os.support_ends", "", "2026-11-20 or later", "2024-06-30"),),
            waiver=WAIVER,
        ),
        *(Result(name, SUPPORTED, passed) for name in answered if name != "pacs-archive"),
        *(
            Result(name, SHADOW, unknown, "denied", gaps=(Gap("accounts.local", "denied", _DENIED),))
            for name in answered
        ),
        *(
            Result(name, CERTIFICATES, unknown, "denied", gaps=(Gap("tls.endpoints", "denied", _DENIED),))
            for name in answered
        ),
        *(Result(name, RESTART, passed) for name in answered),
        Result("trust", REVIEWED, Outcome.MANUAL, "awaits the word of: SIRO"),
        Result("trust", TRAINED, passed, "stated by Dr A. Example, SIRO, until 2027-06-30"),
    ]


def _feed() -> Gap:
    return Gap("updates.pending[].released", "feed-too-old", "the feed is of 2026-09-01")


REQUIREMENTS = (
    RequirementRow(
        "dspt-caf-2026-27",
        "2026-27",
        "A1.a",
        "Board direction",
        Standing.NO_EVIDENCE,
        {},
        (),
    ),
    RequirementRow(
        "dspt-caf-2026-27",
        "2026-27",
        "B3.b",
        "Data in transit",
        Standing.COUNTS_AGAINST,
        {"fail": 2, "unknown": 4, "pass": 1, "not-applicable": 1, "unreachable": 1},
        (KEX, CERTIFICATES),
    ),
    RequirementRow(
        "dspt-caf-2026-27",
        "2026-27",
        "B4.d",
        "Vulnerability management",
        Standing.COUNTS_AGAINST,
        {"fail": 1, "waived": 1, "unknown": 2, "pass": 8, "manual": 1, "unreachable": 1},
        (UPDATES, RESTART, SUPPORTED, REVIEWED),
        ("fix_within is set looser than the standard: 30 days, agreed by the SIRO until 2027-01-31.",),
    ),
    RequirementRow("dspt-caf-2026-27", "2026-27", "B3.e", "Disposal", Standing.NO_EVIDENCE, {}, (UNTRIED,)),
    RequirementRow(
        "cyber-essentials", "3.3", "CE-SUM-4", "Restarts", Standing.SUPPORTS, {"pass": 4}, (RESTART,)
    ),
    RequirementRow(
        "cyber-essentials", "3.3", "CE-UAC-5", "Passwords", Standing.INCOMPLETE, {"unknown": 4}, (SHADOW,)
    ),
)

NOTICES = (
    "The waiver of patching.updates-in-time for web-3 matched nothing.",
    "The waiver of patching.operating-system-supported for pacs-archive ends on 2027-02-28.",
)


def totals(results: tuple[Result, ...]) -> dict[str, dict[str, int]]:
    """Gross and net totals, as the roll-up counts them."""
    gross = Counter(str(result.outcome) for result in results)
    net = Counter("waived" if result.waiver else str(result.outcome) for result in results)
    return {"gross": dict(gross), "net": dict(net)}


def ordinary() -> Assessment:
    """Every outcome, a target that did not answer, a waiver, notices."""
    results = tuple(_results())
    return Assessment(
        run=RunInfo(
            "20261120-091500-7f3a", "2026-11-20T09:15:00Z", "2026-11-20T09:15:31Z", "2026-11-20", "server"
        ),
        tool="igaudit 0.1.0",
        content=(ContentFile("policies/patching.yaml", "ab" * 32),),
        checks={check.id: check for check in CHECKS},
        targets=TARGETS,
        results=results,
        requirements=REQUIREMENTS,
        totals=totals(results),
        notices=NOTICES,
    )


def single() -> Assessment:
    """The same run for one target only, and nothing wrong with it."""
    whole = ordinary()
    results = tuple(
        replace(result, target="web-2", outcome=Outcome.PASS, mismatches=())
        for result in whole.results
        if result.check in (RESTART, SUPPORTED) and result.target == "web-2"
    )
    targets = tuple(target for target in TARGETS if target.name == "web-2")
    return replace(
        whole, results=results, targets=targets, totals=totals(results), notices=(), requirements=()
    )


def with_results(*results: Result) -> Assessment:
    """The ordinary run with other results."""
    return replace(ordinary(), results=results, totals=totals(results), requirements=())


def failing(check: str, *targets: str) -> list[Result]:
    """The same failure of a check on some targets."""
    wrong = (Mismatch("a.fact", "", "this", "that"),)
    return [Result(target, check, Outcome.FAIL, mismatches=wrong) for target in targets]


def hostile(text: str = EVERYTHING_HOSTILE) -> Assessment:
    """The ordinary assessment with `text` after every text of it that does not choose what is shown."""
    changed: Assessment = _each_text(ordinary(), lambda said: said + text, ())
    return replace(changed, totals=ordinary().totals)


_KEPT = {"status", "collected_at"}


def _each_text(value: Any, change: Callable[[str], str], path: tuple[str, ...]) -> Any:
    if isinstance(value, StrEnum) or (path and path[-1] in _KEPT):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_each_text(inner, change, path) for inner in value)
    if isinstance(value, dict):
        return {_key(name, change, path): _each_text(inner, change, path) for name, inner in value.items()}
    if is_dataclass(value):
        values = {
            field.name: _each_text(getattr(value, field.name), change, (*path, field.name))
            for field in fields(value)
        }
        return type(value)(**values)
    return value


def _key(name: str, change: Callable[[str], str], path: tuple[str, ...]) -> str:
    return name if path[-1:] == ("counts",) or path[:1] == ("totals",) else change(name)


def accepted() -> Assessment:
    """The ordinary run with what its requirements ask, and waivers in every state."""
    made = ordinary()
    waived = next(result for result in made.results if result.waiver)
    assert waived.waiver
    said = (waived.waiver.reason, waived.waiver.risk, waived.waiver.approver, waived.waiver.ticket)
    rows = (
        WaiverRow(
            waived.check, waived.target, "", *said, waived.waiver.until, WaiverState.IN_FORCE, 1, 1, ""
        ),
        WaiverRow(UPDATES, "web-*", "", *said, "2026-12-01", WaiverState.ENDING, 2, 2, ""),
        WaiverRow(
            KEX, "*", "", *said, "2026-10-31", WaiverState.EXPIRED, 2, 2, "it covers all 5 targets of the run"
        ),
        WaiverRow(RESTART, "db-9", "linux", *said, "2027-01-31", WaiverState.UNUSED, 0, 0, ""),
    )
    asks = (replace(row, expects=f"What {row.id} asks for, in our words.") for row in made.requirements)
    return replace(made, waivers=rows, requirements=tuple(asks))
