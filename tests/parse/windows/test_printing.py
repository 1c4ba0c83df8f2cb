"""Printer drivers."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.printing import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, asked, key


def found(build: int, ubr: int = 1, **steps: Any) -> object:
    said = settings(asked(Meta(build=build, ubr=ubr), **{"point_and_print": ABSENT, **steps}))
    return said["drivers_by_administrators_alone"]


@pytest.mark.parametrize("build", [9600, 14393, 20348])
def test_what_is_set_counts(build: int) -> None:
    name = "RestrictDriverInstallationToAdministrators"
    assert found(build, point_and_print=key(**{name: 1})) is True
    assert found(build, point_and_print=key(**{name: 0})) is False


@pytest.mark.parametrize(("build", "ubr"), [(14393, 4583), (17763, 2114), (19043, 1165)])
def test_the_default_came_with_the_updates_of_august_2021(build: int, ubr: int) -> None:
    assert found(build, ubr) is True
    assert found(build, ubr - 1) is False


@pytest.mark.parametrize("build", [19044, 20348, 22000, 26100])
def test_what_came_later_had_it_from_the_start(build: int) -> None:
    assert found(build, 1) is True


def test_elsewhere_it_is_not_known() -> None:
    assert isinstance(found(9600, 22620), Unread)
    assert isinstance(found(17763, 0), Unread)
    assert isinstance(found(20348, point_and_print=DENIED), Unread)
