"""Where logs go: the words of rsyslog's and syslog-ng's configurations."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.syslog import forwarding

CONF = "/etc/rsyslog.conf"


def words(*said: str, file: str = CONF, select: str = "*.*") -> str:
    """The lines of one file; a word that sends stands behind `select`."""
    lines = [f"file {file}"]
    for word in said:
        if word.startswith(("@", ":omrelp:", "action")):
            lines.append(f"for {select}")
        lines.append(f"word {word}")
    return "\n".join(lines) + "\n"


def rsyslog(*said: str, select: str = "*.*", more: str = "") -> dict[str, Any]:
    return forwarding("starts rsyslog\n" + words(*said, select=select) + more)


def receiver(*said: str) -> tuple[object, ...]:
    """Target, protocol and encryption of the only receiver."""
    (record,) = rsyslog(*said)["forwarding"]
    assert record["by"] == "rsyslog"
    return record["target"], record["protocol"], record["encrypted"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("@loghost", ("loghost:514", "udp", False)),
        ("@@loghost:6514", ("loghost:6514", "tcp", False)),
        ("@@(o)loghost:6514", ("loghost:6514", "tcp", False)),
        ("@[2001:db8::1]:514", ("2001:db8::1:514", "udp", False)),
        (":omrelp:loghost:2514", ("loghost:2514", "relp", False)),
    ],
)
def test_the_older_form(word: str, expected: tuple[object, ...]) -> None:
    assert receiver(word) == expected


@pytest.mark.parametrize(
    ("settings", "encrypted"),
    [
        (("$DefaultNetstreamDriver gtls", "$ActionSendStreamDriverMode 1"), True),
        (("$ActionSendStreamDriver ossl", "$ActionSendStreamDriverMode 1"), True),
        (("$DefaultNetstreamDriver gtls", "$ActionSendStreamDriverMode 0"), False),
        (("$DefaultNetstreamDriver ptcp", "$ActionSendStreamDriverMode 1"), False),
        (("$DefaultNetstreamDriver gtls",), False),
    ],
)
def test_tls_of_the_older_form(settings: tuple[str, ...], encrypted: bool) -> None:
    assert receiver(*settings, "@@loghost:6514") == ("loghost:6514", "tcp", encrypted)
    assert receiver(*settings, "@loghost:6514") == ("loghost:6514", "udp", False)


def test_settings_hold_for_what_comes_after_them() -> None:
    late = ("$DefaultNetstreamDriver gtls", "$ActionSendStreamDriverMode 1")
    assert receiver("@@loghost:6514", *late)[2] is False


ACTION = ("action(", 'type="omfwd"', 'target="loghost"', 'port="6514"', 'protocol="tcp"')
TLS = ('StreamDriver="gtls"', 'StreamDriverMode="1"')


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ACTION, ("loghost:6514", "tcp", False)),
        ((*ACTION, *TLS), ("loghost:6514", "tcp", True)),
        ((*ACTION, 'StreamDriver="gtls"', 'StreamDriverMode="0"'), ("loghost:6514", "tcp", False)),
        (
            ("global(", 'DefaultNetstreamDriver="ossl"', *ACTION, 'StreamDriverMode="1"'),
            ("loghost:6514", "tcp", True),
        ),
        (("action(", 'type="omfwd"', 'Target="loghost"'), ("loghost:514", "udp", False)),
        (("action(", 'type="omfwd"', 'target="loghost"', *TLS), ("loghost:514", "udp", False)),
        (("action(", 'type="omrelp"', 'target="r"', 'port="20514"', 'tls="on"'), ("r:20514", "relp", True)),
        (("action(", 'type="omrelp"', 'target="r"', 'port="20514"'), ("r:20514", "relp", False)),
    ],
)
def test_actions(said: tuple[str, ...], expected: tuple[object, ...]) -> None:
    assert receiver(*said) == expected


@pytest.mark.parametrize(
    "said", [("action(", 'type="omfile"', 'file="/var/log/x"'), ("input(", 'type="imtcp"', 'port="514"')]
)
def test_what_stays_on_the_machine(said: tuple[str, ...]) -> None:
    assert rsyslog(*said)["forwarding"] == []


def test_of_other_ways_to_send_it_is_not_known_whether_they_encrypt() -> None:
    assert rsyslog("action(", 'type="omkafka"')["forwarding"] == [{"target": "omkafka", "by": "rsyslog"}]


@pytest.mark.parametrize(
    ("select", "taken"),
    [
        ("*.*", True),
        ("auth,authpriv.*", True),
        ("authpriv.info", True),
        ("*.info;mail.none", True),
        ("*.info;auth,authpriv.none", False),
        ("*.warning", False),
        ("mail.*", False),
        ("*.*;mail.!err", True),
    ],
)
def test_selectors_that_take_sign_ins(select: str, taken: bool) -> None:
    assert rsyslog("@@loghost", select=select)["sign_ins_forwarded"] is taken


@pytest.mark.parametrize("select", ["?", "&", ""])
def test_selectors_that_do_not_tell(select: str) -> None:
    assert isinstance(rsyslog("@@loghost", select=select)["sign_ins_forwarded"], Unread)


def test_an_action_by_itself_takes_everything() -> None:
    assert rsyslog(*ACTION, select="")["sign_ins_forwarded"] is True


@pytest.mark.parametrize("before", ["if", "} else", "ruleset("])
def test_behind_a_filter_it_is_not_known(before: str) -> None:
    found = rsyslog(before, *ACTION)
    assert len(found["forwarding"]) == 1
    assert isinstance(found["sign_ins_forwarded"], Unread)


def test_one_receiver_that_takes_them_is_enough() -> None:
    assert rsyslog("@@loghost", "if", *ACTION)["sign_ins_forwarded"] is True


def test_without_a_receiver_nothing_is_sent() -> None:
    found = rsyslog()
    assert (found["syslog_daemon"], found["forwarding"], found["sign_ins_forwarded"]) == (
        "rsyslog",
        [],
        False,
    )


@pytest.mark.parametrize(
    "include", [("$IncludeConfig /etc/rsyslog.d/*.conf",), ("include(", 'file="/etc/rsyslog.d/*.conf"')]
)
def test_included_files_are_read_in_their_place(include: tuple[str, ...]) -> None:
    settings = ("$DefaultNetstreamDriver gtls", "$ActionSendStreamDriverMode 1")
    other = words("@@loghost:6514", file="/etc/rsyslog.d/60.conf")
    assert rsyslog(*settings, *include, more=other)["forwarding"][0]["encrypted"] is True
    assert rsyslog(*include, *settings, more=other)["forwarding"][0]["encrypted"] is False


def test_files_that_are_included_from_elsewhere_leave_it_open() -> None:
    found = rsyslog("$IncludeConfig /srv/rsyslog/*.conf")
    assert isinstance(found["sign_ins_forwarded"], Unread)
    assert isinstance(found["incomplete"]["forwarding"], Unread)
    assert found["forwarding"] == []
    assert rsyslog("$IncludeConfig /srv/rsyslog/*.conf", "@@loghost")["sign_ins_forwarded"] is True
    assert rsyslog("$IncludeConfig /etc/rsyslog.d/*.conf")["sign_ins_forwarded"] is False


@pytest.mark.parametrize(
    ("include", "known"),
    [
        ('"scl.conf"', False),
        ('"/usr/share/syslog-ng/scl/system/*.conf"', False),
        ('"/etc/syslog-ng/conf.d/*.conf"', False),
        ('"/srv/more.conf"', Unread(Reason.UNSUPPORTED, "files are included that were not read")),
    ],
)
def test_includes_of_syslog_ng(include: str, known: object) -> None:
    assert syslog_ng(f"@include {include}")["sign_ins_forwarded"] == known


def test_a_filter_in_an_included_file_ends_with_it() -> None:
    include = "$IncludeConfig /etc/rsyslog.d/*.conf"
    other = words("if", file="/etc/rsyslog.d/10.conf")
    assert rsyslog(include, *ACTION, more=other)["sign_ins_forwarded"] is True
    assert isinstance(rsyslog("if", include, *ACTION, more=other)["sign_ins_forwarded"], Unread)


def test_files_that_include_one_another() -> None:
    assert rsyslog(f"$IncludeConfig {CONF}")["forwarding"] == []


def test_a_file_that_nothing_includes_is_not_in_force() -> None:
    assert rsyslog(more=words("@@loghost", file="/etc/rsyslog.d/60.conf"))["forwarding"] == []


def test_a_daemon_that_does_not_start_sends_nothing() -> None:
    found = forwarding(words("@@loghost"))
    assert (found["syslog_daemon"], found["forwarding"], found["sign_ins_forwarded"]) == (None, [], False)


def syslog_ng(*said: str) -> dict[str, Any]:
    return forwarding("starts syslog-ng\n" + words(*said, file="/etc/syslog-ng/syslog-ng.conf"))


NET = ("destination d_net {", 'network("loghost"', "port(6514)", 'transport("tls")', "tls(")
LOG = ("log {", "source(s_src)", "destination(d_net)")


def test_a_destination_over_the_network() -> None:
    found = syslog_ng(*NET, *LOG)
    assert found["forwarding"] == [
        {"target": "loghost:6514", "by": "syslog-ng", "protocol": "tcp", "encrypted": True}
    ]
    assert (found["syslog_daemon"], found["sign_ins_forwarded"]) == ("syslog-ng", True)


@pytest.mark.parametrize(
    ("driver", "protocol", "encrypted"),
    [
        (('udp("loghost"',), "udp", False),
        (('network("loghost"', "transport(udp)"), "udp", False),
        (('tcp("loghost"',), "tcp", False),
        (('tcp("loghost"', "tls("), "tcp", True),
        (('syslog("loghost"', 'transport("tls")'), "tcp", True),
        (('network("loghost"', "tls(", "transport(tcp)"), "tcp", True),
    ],
)
def test_drivers(driver: tuple[str, ...], protocol: str, encrypted: bool) -> None:
    (record,) = syslog_ng("destination d_net {", *driver, *LOG)["forwarding"]
    assert (record["protocol"], record["encrypted"]) == (protocol, encrypted)


def test_a_destination_that_no_path_names() -> None:
    assert syslog_ng(*NET, "log {", "source(s_src)")["forwarding"] == []


def test_a_source_over_the_network_receives() -> None:
    assert syslog_ng("source d_net {", 'network("0.0.0.0"', *LOG)["forwarding"] == []


def test_behind_a_filter_of_syslog_ng_it_is_not_known() -> None:
    found = syslog_ng(*NET, "log {", "source(s_src)", "filter(f_auth)", "destination(d_net)")
    assert isinstance(found["sign_ins_forwarded"], Unread)


@pytest.mark.parametrize(
    ("url", "protocol", "encrypted"),
    [("https://loghost:19532", "https", True), ("http://loghost", "http", False), ("loghost", "https", True)],
)
def test_the_journal_sent_by_itself(url: str, protocol: str, encrypted: bool) -> None:
    text = "starts systemd-journal-upload\n" + words(f"URL={url}", file="/etc/systemd/journal-upload.conf")
    assert forwarding(text)["forwarding"] == [
        {"target": url, "by": "systemd-journal-upload", "protocol": protocol, "encrypted": encrypted}
    ]


def test_an_upload_without_an_address() -> None:
    assert forwarding("starts systemd-journal-upload\n")["sign_ins_forwarded"] is False


def test_an_agent_sends_what_its_own_configuration_says() -> None:
    found = forwarding("starts filebeat\n")
    assert found["forwarding"] == [{"target": "filebeat", "by": "filebeat"}]
    assert (found["syslog_daemon"], found["sign_ins_forwarded"]) == (None, True)


def test_a_file_that_was_denied_leaves_it_open() -> None:
    gap = Unread(Reason.DENIED, "/etc/rsyslog.d/60.conf cannot be read")
    found = forwarding("starts rsyslog\ndenied /etc/rsyslog.d/60.conf\n" + words())
    assert (found["sign_ins_forwarded"], found["incomplete"]) == (gap, {"forwarding": gap})


def test_what_could_be_read_may_be_enough() -> None:
    found = forwarding("starts rsyslog\ndenied /etc/rsyslog.d/60.conf\n" + words("@@loghost"))
    assert found["sign_ins_forwarded"] is True


@pytest.mark.parametrize(
    "text", ["what\n", "starts rsyslog\n" + words("@@:514"), "starts rsyslog\n" + words("@@a:x")]
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        forwarding(text)


WORDS = st.sampled_from(
    [*ACTION, *TLS, *NET, *LOG, "if", "global(", "$IncludeConfig *", "@@x", ":omrelp:", "$", "=", '="']
)


@given(
    st.sampled_from(["rsyslog", "syslog-ng"]), st.lists(st.one_of(WORDS, st.text(max_size=9)), max_size=12)
)
def test_any_words_give_facts_or_make_no_sense(daemon: str, said: list[str]) -> None:
    file = CONF if daemon == "rsyslog" else "/etc/syslog-ng/syslog-ng.conf"
    with contextlib.suppress(Unparsable):
        assert isinstance(forwarding(f"starts {daemon}\n" + words(*said, file=file)), dict)
