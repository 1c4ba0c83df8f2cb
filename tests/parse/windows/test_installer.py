"""Windows Installer."""

from igaudit.model.facts import Unread
from igaudit.parse.windows.installer import settings
from tests.parse.windows.said import ABSENT, DENIED, asked, key

OFF = {"always_elevated": False, "users_control_installs": False}


def test_both_are_off_where_nothing_is_set() -> None:
    assert settings(asked(installer=ABSENT)) == OFF
    assert settings(asked(installer=key(AlwaysInstallElevated=0, EnableUserControl=0))) == OFF


def test_each_is_switched_by_its_own_value() -> None:
    assert settings(asked(installer=key(AlwaysInstallElevated=1))) == {**OFF, "always_elevated": True}
    assert settings(asked(installer=key(EnableUserControl=1))) == {**OFF, "users_control_installs": True}


def test_denied_is_not_off() -> None:
    assert all(isinstance(fact, Unread) for fact in settings(asked(installer=DENIED)).values())
