"""What openssl.cnf, the crypto policy, GnuTLS and java.security say."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.crypto_settings import java, openssl, policy

DEBIAN_11 = """OpenSSL 1.1.1w  11 Sep 2023
compiler: gcc -fPIC -O2
OPENSSLDIR: "/usr/lib/ssl"
igaudit-file /usr/lib/ssl/openssl.cnf
openssl_conf = default_conf
[default_conf]
ssl_conf = ssl_sect
[ssl_sect]
system_default = system_default_sect
[system_default_sect]
MinProtocol = TLSv1.2
CipherString = DEFAULT@SECLEVEL=2
"""
RHEL_8 = """OpenSSL 1.1.1k  FIPS 25 Mar 2021
compiler: gcc -fPIC -DPURIFY
OPENSSLDIR: "/etc/pki/tls"
igaudit-file /etc/pki/tls/openssl.cnf
openssl_conf = default_modules
[ default_modules ]
ssl_conf = ssl_module
[ ssl_module ]
system_default = crypto_policy
[ crypto_policy ]
.include /etc/crypto-policies/back-ends/opensslcnf.config
igaudit-file /etc/crypto-policies/back-ends/opensslcnf.config
CipherString = @SECLEVEL=2:kEECDH:kRSA:!RC4
TLS.MinProtocol = TLSv1.2
DTLS.MinProtocol = DTLSv1.2
"""
BUILT = "OpenSSL {version} 1 Jan 2024 (Library: OpenSSL {version} 1 Jan 2024)\ncompiler: gcc {flags}\n"


def config(*lines: str, version: str = "3.0.13", flags: str = "") -> str:
    return "\n".join(
        [
            BUILT.format(version=version, flags=flags) + "igaudit-file /etc/ssl/openssl.cnf",
            "openssl_conf = a",
            "[a]",
            "ssl_conf = b",
            "[b]",
            "system_default = c",
            "[c]",
            *lines,
        ]
    )


def test_debian_sets_the_floor_in_its_own_file() -> None:
    facts = openssl(DEBIAN_11)
    assert facts == {
        "openssl_version": "1.1.1w",
        "openssl_min_protocol": "TLSv1.2",
        "openssl_security_level": 2,
        "openssl_options": [],
    }


def test_red_hat_sets_it_in_an_included_file() -> None:
    facts = openssl(RHEL_8)
    assert (facts["openssl_min_protocol"], facts["openssl_security_level"]) == ("TLSv1.2", 2)


def test_what_no_section_leads_to_has_no_effect() -> None:
    text = DEBIAN_11.replace("system_default = system_default_sect\n", "")
    facts = openssl(text)
    assert (facts["openssl_min_protocol"], facts["openssl_security_level"]) == (None, 1)


def test_the_last_value_of_a_name_stands() -> None:
    facts = openssl(config("MinProtocol = TLSv1.2", "MinProtocol = TLSv1", "CipherString = ALL@SECLEVEL=0"))
    assert (facts["openssl_min_protocol"], facts["openssl_security_level"]) == ("TLSv1", 0)


def test_names_are_read_without_regard_to_case_and_comments_are_left_out() -> None:
    facts = openssl(config("minprotocol = TLSv1.3 # not TLSv1", "#MinProtocol = TLSv1"))
    assert facts["openssl_min_protocol"] == "TLSv1.3"


def test_a_dtls_floor_is_not_the_tls_floor() -> None:
    assert openssl(config("DTLS.MinProtocol = DTLSv1.2"))["openssl_min_protocol"] is None


@pytest.mark.parametrize(
    ("version", "flags", "level"),
    [
        ("3.0.13", "-DOPENSSL_TLS_SECURITY_LEVEL=2", 2),
        ("3.0.7", "", 1),
        ("3.2.0", "", 2),
        ("3.5.7", "-DOPENSSL_TLS_SECURITY_LEVEL=1", 1),
    ],
)
def test_without_a_setting_the_level_built_in_counts(version: str, flags: str, level: int) -> None:
    assert openssl(config(version=version, flags=flags))["openssl_security_level"] == level


def test_an_old_build_with_its_own_floor_leaves_the_protocol_open() -> None:
    facts = openssl(config(version="1.1.1f", flags="-DOPENSSL_TLS_SECURITY_LEVEL=2"))
    assert isinstance(facts["openssl_min_protocol"], Unread)
    assert openssl(config(version="1.1.1w"))["openssl_min_protocol"] is None
    newer = openssl(config(version="3.0.2", flags="-DOPENSSL_TLS_SECURITY_LEVEL=2"))
    assert newer["openssl_min_protocol"] is None


@pytest.mark.parametrize("protocol", ["None", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
def test_every_name_of_a_protocol_is_known(protocol: str) -> None:
    assert openssl(config(f"MinProtocol = {protocol}"))["openssl_min_protocol"] == protocol


def test_options_are_turned_on_and_off_in_order() -> None:
    words = "ServerPreference, unsafelegacyrenegotiation, unsafelegacyserverconnect, -ServerPreference"
    text = config(f"Options = {words}")
    assert openssl(text)["openssl_options"] == ["UnsafeLegacyRenegotiation", "UnsafeLegacyServerConnect"]


FOLDER = """
igaudit-folder /etc/ssl/d
igaudit-file /etc/ssl/d/1.cnf
{0}
igaudit-file /etc/ssl/d/2.cnf
{1}"""


def test_the_files_of_an_included_folder_add_up() -> None:
    facts = openssl(config(".include = /etc/ssl/d") + FOLDER.format("MinProtocol = TLSv1.3", "Options = X"))
    assert (facts["openssl_min_protocol"], facts["openssl_options"]) == ("TLSv1.3", ["X"])


def test_files_of_a_folder_that_contradict_each_other_leave_it_open() -> None:
    text = config(".include = /etc/ssl/d") + FOLDER.format("MinProtocol = TLSv1.3", "MinProtocol = TLSv1")
    assert isinstance(openssl(text)["openssl_min_protocol"], Unread)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (".include $dir/more.cnf", Reason.UNSUPPORTED),
        (".include=more.cnf", Reason.UNSUPPORTED),
        (".include /etc/${name}.cnf", Reason.UNSUPPORTED),
        (".include /etc/ssl/openssl.cnf", Reason.UNSUPPORTED),
        (".include /x.cnf\nigaudit-denied /x.cnf", Reason.DENIED),
    ],
)
def test_an_include_that_was_not_read_leaves_everything_open(line: str, reason: Reason) -> None:
    facts = openssl(config("MinProtocol = TLSv1.2", line))
    for name in ("openssl_min_protocol", "openssl_security_level", "openssl_options"):
        gap = facts[name]
        assert isinstance(gap, Unread) and gap.reason == reason


def test_an_include_of_a_missing_file_is_nothing() -> None:
    facts = openssl(config("MinProtocol = TLSv1.2", ".include /x.cnf\nigaudit-missing /x.cnf"))
    assert facts["openssl_min_protocol"] == "TLSv1.2"


@pytest.mark.parametrize(
    ("line", "reason"),
    [("Protocol = ALL, -TLSv1", Reason.UNSUPPORTED), ("MinProtocol = 1.2", Reason.UNPARSABLE)],
)
def test_a_setting_that_is_not_understood_is_no_default(line: str, reason: Reason) -> None:
    gap = openssl(config(line))["openssl_min_protocol"]
    assert isinstance(gap, Unread) and gap.reason == reason


def test_neither_command_nor_library_is_knowledge() -> None:
    facts = openssl("igaudit-openssl none\n")
    names = ("openssl_version", "openssl_min_protocol", "openssl_security_level")
    assert facts == {**dict.fromkeys(names), "openssl_options": []}


def test_another_library_is_not_taken_for_openssl() -> None:
    with pytest.raises(Unparsable):
        openssl("LibreSSL 3.8.2\n")


def test_a_policy_with_modules() -> None:
    facts = policy("policy DEFAULT:NO-SHA1:AD-SUPPORT\nfips 1\n")
    assert facts["policy"] == "DEFAULT:NO-SHA1:AD-SUPPORT"
    assert facts["policy_base"] == "DEFAULT"
    assert facts["policy_modules"] == ["NO-SHA1", "AD-SUPPORT"]
    assert facts["fips"] is True


def test_no_policy_is_knowledge_and_silence_is_not() -> None:
    assert policy("policy\nfips 0\n")["policy"] is None
    assert "policy" not in policy("") and "fips" not in policy("")


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        ("enabled-version = TLS1.3\nenabled-version = tls1.2", ["tls1.3", "tls1.2"]),
        ("enabled-version = tls1.1\ndisabled-version = tls1.1", []),
        ("SYSTEM=NORMAL:+VERS-TLS1.0", ["tls1.0"]),
        ("SYSTEM=NONE:-VERS-TLS-ALL:+VERS-TLS1.2:+VERS-DTLS1.2", ["tls1.2", "dtls1.2"]),
        ("SYSTEM=NORMAL:+VERS-TLS-ALL", ["tls1.0", "tls1.1", "tls1.2", "tls1.3"]),
        ("enabled-version = tls1.2 # not tls1.0", ["tls1.2"]),
        ("SYSTEM=NORMAL:+VERS-ALL:-VERS-TLS1.0:!VERS-TLS1.1", ["tls1.2", "tls1.3"]),
        ("# enabled-version = tls1.0", []),
    ],
)
def test_gnutls_versions_that_are_turned_on_by_name(lines: str, versions: list[str]) -> None:
    assert policy(f"policy\ngnutls /etc/gnutls/config\n[overrides]\n{lines}\n")["gnutls_versions"] == versions


def test_a_gnutls_file_that_was_denied_leaves_them_open() -> None:
    assert isinstance(policy("policy\ngnutls-denied /etc/gnutls/config\n")["gnutls_versions"], Unread)


JAVA = """igaudit-file /usr/lib/jvm/java-17/conf/security/java.security
security.useSystemPropertiesFile=true
jdk.tls.disabledAlgorithms=SSLv3, TLSv1, \\
    TLSv1.1, DH keySize < 1024
"""


def test_a_continued_line_is_one_value() -> None:
    (record,) = java(JAVA)["java"]  # type: ignore[misc]
    assert record["file"] == "/usr/lib/jvm/java-17/conf/security/java.security"
    assert record["tls_disabled"] == ["SSLv3", "TLSv1", "TLSv1.1", "DH keySize < 1024"]


def test_red_hats_policy_takes_the_place_of_the_file_that_says_so() -> None:
    overlay = "igaudit-file /etc/crypto-policies/back-ends/java.config\njdk.tls.disabledAlgorithms=SSLv2, X\n"
    (record,) = java(JAVA + overlay)["java"]  # type: ignore[misc]
    assert record["tls_disabled"] == ["SSLv2", "X"]
    (record,) = java(JAVA.replace("=true", "=false") + overlay)["java"]  # type: ignore[misc]
    assert record["tls_disabled"][0] == "SSLv3"


def test_a_file_without_the_setting_has_no_list_and_a_denied_one_makes_the_rest_incomplete() -> None:
    facts = java("igaudit-denied /opt/j/lib/security/java.security\nigaudit-file /opt/k/java.security\n")
    assert facts["java"] == [{"file": "/opt/k/java.security"}]
    assert isinstance(facts["incomplete"]["java"], Unread)  # type: ignore[index]


OPENSSL = ["OpenSSL 3.0.1 x", "igaudit-file /a", "igaudit-folder /a", ".include /a", ".include x", "[c]"]
SETTINGS = ["openssl_conf=c", "ssl_conf = c", "system_default = c", "MinProtocol=", "Options = -,+", "= ="]
OTHERS = ["policy A:", "fips x", "gnutls x", "gnutls-denied", "disabled-version=", "+VERS-TLS1.0", "[", "a\\"]
TEXTS = st.lists(st.sampled_from([*OPENSSL, *SETTINGS, *OTHERS]) | st.text(max_size=20)).map("\n".join)


@given(st.sampled_from([openssl, policy, java]), TEXTS)
def test_any_text_gives_facts_or_unparsable(parser: Callable[[str], dict[str, object]], text: str) -> None:
    with suppress(Unparsable):
        assert isinstance(parser(text), dict)
