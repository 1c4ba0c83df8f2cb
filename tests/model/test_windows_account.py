"""Names of Windows accounts."""

import pytest

from igaudit.errors import UsageError
from igaudit.model.windows_account import Account, parse_account


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("audit", Account("audit")),
        (r"TRUST\audit", Account("audit", domain="TRUST")),
        (r".\audit", Account("audit", domain=".")),
        ("audit@trust.example", Account("audit", realm="trust.example")),
        (r"TRUST\Jörg Müller-Lüdenscheidt", Account("Jörg Müller-Lüdenscheidt", domain="TRUST")),
        ("svc_audit$", Account("svc_audit$")),
        (r"WARD-3\Администратор", Account("Администратор", domain="WARD-3")),
    ],
)
def test_the_forms_that_windows_takes(text: str, account: Account) -> None:
    assert parse_account(text) == account
    assert str(account) == text
    assert account.local == text.startswith(".")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("TRUST/audit", "parted from the name by a backslash"),
        (r"TRUST\\audit", "more than one backslash"),
        (r"TRUST\audit@trust.example", "names its domain twice"),
        ("TRUST\\", "a part of it is empty"),
        (r"\audit", "a part of it is empty"),
        ("audit@", "a part of it is empty"),
        ("", "a part of it is empty"),
        ("au|dit", "`|` stands in no account name"),
        ("audit@a@b", "`@` stands in no account name"),
        ("audit\n", "no account is called that"),
        ("a" * 300, "no account is called that"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_how_to_write_it(text: str, why: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_account(text)
    assert why in str(error.value)
    assert r"DOMAIN\user, user@REALM, .\user" in str(error.value)
