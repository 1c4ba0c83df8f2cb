"""Windows targets of the command line and of inventories."""

from pathlib import Path

import pytest

from igaudit.errors import ContentError, UsageError
from igaudit.load.targets import load_inventory, parse_target


@pytest.mark.parametrize(
    ("text", "name", "port", "user"),
    [
        ("winrms://srv1", "srv1", 0, ""),
        (r"winrms://TRUST\audit@Srv1.trust.example", "Srv1.trust.example", 0, r"TRUST\audit"),
        ("winrms://TRUST%5Caudit@srv1:443", "srv1", 443, r"TRUST\audit"),
        ("winrms://audit@trust.example@srv1", "srv1", 0, "audit@trust.example"),
        (r"winrms://.\audit@10.0.0.1", "10.0.0.1", 0, r".\audit"),
        ("winrms://J%C3%B6rg@srv1", "srv1", 0, "Jörg"),
        ("winrms://audit@[2001:db8::1]:5986", "2001:db8::1", 5986, "audit"),
        ("winrms://audit@[FE80::1%Eth0]", "FE80::1%Eth0", 0, "audit"),
        ("winrms://audit@[fe80::1%25eth0]", "fe80::1%eth0", 0, "audit"),
        ("winrms://\u0130lker@Srv1", "Srv1", 0, "\u0130lker"),  # In small letters its name is longer.
        ("winrms://srv1@SRV1", "SRV1", 0, "srv1"),
    ],
)
def test_windows_targets_of_the_command_line(text: str, name: str, port: int, user: str) -> None:
    target = parse_target(text)
    assert (target.name, target.address, target.port, target.user) == (name, name, port, user)
    assert (target.transport, target.platform, target.kind) == ("winrms", "windows", "machine")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("winrms://", "a name holds"),
        ("winrms://TRUST/audit@srv1", "nothing after it"),
        (r"winrms://TRUST\\audit@srv1", "more than one backslash"),
        ("winrms://srv1:x", "`winrms://srv1:x`: write a port of 1 to 65535"),
        ("winrms://srv1:99999", "write a port of 1 to 65535"),
        ("WINRMS://srv1", "did you mean `winrms`"),
        ("winrms://srv1/wsman", "nothing after it"),
        ("winrmss://srv1", "did you mean `winrms`"),
        ("winrm://a;b@srv1", "stands in no account name"),
    ],
)
def test_a_windows_target_that_none_can_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_target(text)
    assert says in str(error.value)


@pytest.mark.parametrize("password", ["s3cret", "#s3cret", "s3cret/", "1?s3cret", "@s3cret", "s3cret@#"])
@pytest.mark.parametrize("scheme", ["winrms://", "winrm://", "ssh://", ""])
def test_a_password_in_a_target_is_refused_and_not_repeated(scheme: str, password: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_target(f"{scheme}audit:{password}@srv1")
    assert "without a password" in str(error.value)
    assert "s3cret" not in str(error.value)


def inventory(folder: Path, text: str) -> Path:
    path = folder / "inventory.yaml"
    path.write_text(text, "utf-8")
    return path


def test_an_inventory_names_windows_targets(tmp_path: Path) -> None:
    path = inventory(
        tmp_path,
        r"""inventory: ours
defaults: {transport: winrms, user: 'TRUST\audit'}
targets:
  dc1: {address: dc1.trust.example, auth: kerberos, user: audit@trust.example}
  pc1: {address: 10.0.0.7, port: 443, roles: [workstation]}
  old: {transport: winrm}
""",
    )
    dc1, pc1, old = load_inventory(path)
    assert {target.platform for target in (dc1, pc1, old)} == {"windows"}
    assert (dc1.user, dc1.auth, dc1.address) == ("audit@trust.example", "kerberos", "dc1.trust.example")
    assert (pc1.user, pc1.auth, pc1.port, pc1.roles) == (r"TRUST\audit", "", 443, ("workstation",))
    assert (old.transport, old.address) == ("winrm", "old")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("{transport: winrm, auth: basic}", "`auth: basic` is for HTTPS only"),
        ("{transport: winrms, auth: digest}", "auth"),
        ("{transport: winrms, user: TRUST/audit}", "parted from the name by a backslash"),
        ("{transport: winrms, password: x}", "password"),
    ],
)
def test_a_windows_target_that_is_wrong_in_an_inventory_has_its_line(
    tmp_path: Path, spec: str, says: str
) -> None:
    path = inventory(tmp_path, f"inventory: ours\ntargets:\n  a: {spec}\n")
    with pytest.raises(ContentError) as error:
        load_inventory(path)
    assert says in str(error.value)
    assert "inventory.yaml:3:" in str(error.value)
