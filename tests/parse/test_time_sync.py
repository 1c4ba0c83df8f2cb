"""chronyc, timedatectl and ntpq."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Unread
from igaudit.parse import Unparsable
from igaudit.parse.time_sync import status

CLOCK = "clock 1795338000\n"
TRACKING = "C0000202,192.0.2.2,6,1795335469.4,-0.25,-0.1,0.1,-0.0,-0.0,0.07,0.1,0.1,1.0,Normal\n"


def chrony(*sources: str, tracking: str = TRACKING) -> dict[str, object]:
    return status(CLOCK + "daemon chronyd\n" + tracking + "\n".join(sources))


def source(state: str, name: str, reach: str = "377") -> str:
    return f"^,{state},{name},5,0,{reach},0,0.1,0.1,0.1"


def test_the_clock_by_itself() -> None:
    assert status(CLOCK + "daemon none\n")["clock"] == "2026-11-22T09:00:00Z"


def test_without_a_daemon_nothing_keeps_it_right() -> None:
    found = status(CLOCK + "daemon none\n")
    assert (found["daemon"], found["synchronised"], found["sources"]) == (None, False, [])
    assert "offset_seconds" not in found


def test_chrony_gives_the_offset_without_its_sign() -> None:
    found = chrony(source("*", "192.0.2.2"))
    assert (found["daemon"], found["synchronised"], found["offset_seconds"]) == ("chronyd", True, 0.25)


@pytest.mark.parametrize(
    ("state", "believed"), [("*", True), ("+", True), ("-", True), ("?", False), ("x", False)]
)
def test_sources_that_chrony_believes(state: str, believed: bool) -> None:
    assert chrony(source(state, "a"))["sources"] == (["a"] if believed else [])


def test_a_source_that_no_longer_answers() -> None:
    assert chrony(source("*", "a", reach="0"))["sources"] == []


def test_chrony_without_a_source_has_no_offset() -> None:
    tracking = "00000000,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n"
    found = chrony(source("?", "a", "0"), tracking=tracking)
    assert found["synchronised"] is False
    assert "offset_seconds" not in found


TIMESYNC = """
       Server: 185.125.190.57 (ntp.ubuntu.com)
Poll interval: 34min 8s (min: 32s; max 34min 8s)
       Offset: {offset}
 Packet count: 12
"""


def timesyncd(offset: str, mark: str = "synchronized\n") -> dict[str, object]:
    return status(CLOCK + "daemon systemd-timesyncd\n" + mark + TIMESYNC.format(offset=offset))


@pytest.mark.parametrize(
    ("offset", "seconds"),
    [("+1.096ms", 0.001096), ("-301us", 0.000301), ("0", 0), ("+1min 2.5s", 62.5), ("-1d 2h", 93600)],
)
def test_offsets_of_timesyncd(offset: str, seconds: float) -> None:
    found = timesyncd(offset)
    assert found["synchronised"] is True
    assert found["offset_seconds"] == pytest.approx(seconds)


def test_timesyncd_has_one_source() -> None:
    assert timesyncd("+1ms")["sources"] == ["185.125.190.57"]


def test_timesyncd_that_has_never_set_the_clock() -> None:
    assert timesyncd("+1ms", mark="")["synchronised"] is False


def test_timesyncd_that_has_heard_nothing_yet() -> None:
    text = (
        CLOCK
        + "daemon systemd-timesyncd\nsynchronized\n       Server: (null) (ntp.ubuntu.com)\n Packet count: 0\n"
    )
    assert status(text)["synchronised"] is False


NTP = """associd=0 status=0615 leap_none, sync_ntp, 1 event, clock_sync,
leap=00, stratum=3, offset=-12.5
     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
{mark}192.0.2.1       .GPS.            1 u   33   64  {reach}    0.123   -0.045   0.021
+192.0.2.2       10.0.0.1         2 u   33   64  377    0.123   -0.045   0.021
 192.0.2.3       .INIT.          16 u    -   64    0    0.000    0.000   0.000
"""


def test_ntpd() -> None:
    found = status(CLOCK + "daemon ntpd\n" + NTP.format(mark="*", reach="377"))
    assert found["sources"] == ["192.0.2.1", "192.0.2.2"]
    assert (found["synchronised"], found["offset_seconds"]) == (True, 0.0125)


def test_ntpd_without_a_peer_to_follow() -> None:
    found = status(CLOCK + "daemon ntpd\n" + NTP.format(mark="x", reach="377"))
    assert (found["synchronised"], found["sources"]) == (False, ["192.0.2.2"])


def test_a_peer_of_ntpd_that_no_longer_answers() -> None:
    assert status(CLOCK + "daemon ntpd\n" + NTP.format(mark="*", reach="0"))["sources"] == ["192.0.2.2"]


@pytest.mark.parametrize("daemon", ["openntpd", "phc2sys"])
def test_daemons_that_are_not_asked(daemon: str) -> None:
    found = status(f"{CLOCK}daemon {daemon}\n")
    assert found["daemon"] == daemon
    assert isinstance(found["synchronised"], Unread)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CLOCK,
        "clock now\ndaemon none\n",
        CLOCK + "daemon chronyd\n506 Cannot talk to daemon\n",
        CLOCK + "daemon chronyd\n" + TRACKING.replace("-0.25", "soon"),
        CLOCK + "daemon chronyd\n" + TRACKING + "a,b\n",
        CLOCK + "daemon systemd-timesyncd\n",
        CLOCK + "daemon ntpd\nntpq: read: Connection refused\n",
    ],
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        status(text)


@given(st.sampled_from(["chronyd", "systemd-timesyncd", "ntpd", "none"]), st.text())
def test_any_text_gives_facts_or_makes_no_sense(daemon: str, text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(status(f"{CLOCK}daemon {daemon}\n{text}"), dict)
