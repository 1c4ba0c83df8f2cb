"""The names of suites and groups are IANA's."""

import re
import subprocess

import pytest

from igaudit.model.tls_suites import GROUPS, SUITES, TLS13_SUITES
from tests.tls_servers import tool

# The names of two suites that OpenSSL writes otherwise than the registry.
OTHERWISE = {"TLS_PSK_DHE_WITH_AES_128_CCM_8", "TLS_PSK_DHE_WITH_AES_256_CCM_8"}


@pytest.mark.skipif(not tool("openssl"), reason="no openssl is installed")
def test_openssl_has_the_same_names() -> None:
    command = ["openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    theirs = {
        int(first + second, 16): (name, version)
        for first, second, name, version in re.findall(r"0x(\w\w),0x(\w\w) - (\S+) +- \S+ +(\S+)", said)
    }
    assert len(theirs) > 100
    for number, (name, version) in theirs.items():
        assert SUITES[number] == name or SUITES[number] in OTHERWISE
        assert (number in TLS13_SUITES) == (version == "TLSv1.3")


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"),
        (0x0004, "TLS_RSA_WITH_RC4_128_MD5"),
        (0x0005, "TLS_RSA_WITH_RC4_128_SHA"),
        (0x0009, "TLS_RSA_WITH_DES_CBC_SHA"),
        (0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        (0x0018, "TLS_DH_anon_WITH_RC4_128_MD5"),
        (0xC007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"),
        (0x1301, "TLS_AES_128_GCM_SHA256"),
    ],
)
def test_suites_that_openssl_no_longer_knows(number: int, name: str) -> None:
    assert SUITES[number] == name


@pytest.mark.parametrize(
    ("number", "name"),
    [(23, "secp256r1"), (24, "secp384r1"), (29, "x25519"), (256, "ffdhe2048"), (0x11EC, "X25519MLKEM768")],
)
def test_groups(number: int, name: str) -> None:
    assert GROUPS[number] == name


def test_signals_are_no_suites() -> None:
    assert not {0x00FF, 0x5600} & SUITES.keys()
