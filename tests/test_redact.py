"""What leaves with a report: masks at every level, pseudonyms and less where asked."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.result import Mismatch, Outcome, Result
from igaudit.redact import Redactor, is_nhs_number
from igaudit.report import render
from tests.report.report_samples import KEX, accepted, definition

# The specimen of the NHS Data Dictionary, and numbers kept for tests (999 …).
GOOD = ("943 476 5919", "9434765919", "943-476-5919", "999 000 0018")


def found(text: str) -> Result:
    return Result("web-1", KEX, Outcome.FAIL, mismatches=(Mismatch("a.b", "", "none", text),))


@pytest.mark.parametrize("number", GOOD)
def test_an_nhs_number_is_masked(number: str) -> None:
    redactor = Redactor()
    assert redactor.mask(f"patient {number}.") == "patient [masked: NHS number]."
    assert redactor.masked["NHS number"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5918",
        "94347659190",
        "x9434765919",
        "10.0.20348.4294",
        "1111111111",
        "943 476-5919",
        "v9434765919",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert Redactor().mask(text) == text


@given(st.text(alphabet="0123456789", min_size=9, max_size=9))
def test_one_check_digit_at_most_fits(digits: str) -> None:
    assert sum(is_nhs_number(digits + last) for last in "0123456789") <= 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail j.doe+x@trust.nhs.uk now", "mail [masked: e-mail address] now"),
        ("password = hunter2, x", "password = [masked: password], x"),
        ('API_KEY: "abc def"', "API_KEY: [masked: password]"),
        ("token=eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM", "token=[masked: password]"),
        ("id AKIAIOSFODNN7EXAMPLE end", "id [masked: key] end"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc", "[masked: key]"),
        ("PasswordAuthentication no", "PasswordAuthentication no"),
        ("password_authentication: true", "password_authentication: true"),
        ("chacha20-poly1305@openssh.com", "chacha20-poly1305@openssh.com"),
        ("curve25519-sha256@libssh.org,x", "curve25519-sha256@libssh.org,x"),
        ("getty@tty1.service", "getty@tty1.service"),
    ],
)
def test_secrets_and_addresses_of_people_are_masked(text: str, left: str) -> None:
    assert Redactor().mask(text) == left


def test_masks_are_counted_in_the_report() -> None:
    shown = Redactor().assessment(replace(accepted(), results=(found("943 476 5919 and 999 000 0018"),)))
    assert any("2 masked: NHS number" in notice for notice in shown.notices)


def test_a_report_without_anything_to_mask_stays_as_it_is() -> None:
    plain = replace(accepted(), results=())
    assert Redactor().assessment(plain) == plain


def test_pseudonyms_are_stable_and_hang_on_the_key() -> None:
    one, same, other = (Redactor(key, "redacted") for key in (b"k" * 16, b"k" * 16, b"x" * 16))
    assert (
        one.pseudonym("target", "WEB-1")
        == same.pseudonym("target", "web-1")
        != other.pseudonym("target", "web-1")
    )


@pytest.mark.parametrize("level", ["redacted", "summary"])
@pytest.mark.parametrize("report", ["technical", "board", "dspt-evidence", "waiver-register"])
@pytest.mark.parametrize("form", ["text", "html", "md", "json", "csv", "junit"])
def test_no_target_address_or_person_is_left(level: str, report: str, form: str) -> None:
    made = replace(accepted(), results=(*accepted().results, found("db at 10.20.7.3, web-1.trust.example")))
    text = render(Redactor(b"k" * 16, level).assessment(made), definition(report), form)
    for name in [*(t.name for t in made.targets if t.name != "local"), *(w.approver for w in made.waivers)]:
        assert not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text), name
    assert "10.20.7.3" not in text


def test_a_summary_has_no_values_and_no_records() -> None:
    result = Result(
        "web-1", KEX, Outcome.FAIL, mismatches=(Mismatch("x.y[alice].z", "alice", "no", "secret"),)
    )
    made = Redactor(b"k" * 16, "summary").assessment(replace(accepted(), results=(result,)))
    assert "alice" not in repr(made.results) and "secret" not in repr(made.results)


def test_ids_that_tie_the_report_together_stay() -> None:
    made = Redactor(b"k" * 16, "redacted").assessment(accepted())
    assert [r.check for r in made.results] == [r.check for r in accepted().results]
    assert {r.target for r in made.results} <= {t.name for t in made.targets}
    assert made.requirements == accepted().requirements


def test_the_options(tmp_path: Path) -> None:
    def igaudit(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "igaudit", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    igaudit("scan", "local", "--check", "patching.restart-in-time", "--out", "run")
    assert igaudit("report", "run", "--evidence-level", "redacted").returncode == 2
    arguments = ("report", "run", "--evidence-level", "summary", "--pseudonym-key", "key")
    first, again = igaudit(*arguments), igaudit(*arguments)
    assert (first.returncode, first.stdout) == (0, again.stdout)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").write_text("short")
    assert "could be guessed" in igaudit(*arguments).stderr
