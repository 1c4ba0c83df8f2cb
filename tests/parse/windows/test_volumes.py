"""How full Windows' volumes are."""

from typing import Any

from igaudit.model.facts import Unread
from igaudit.parse.windows import volumes
from igaudit.parse.windows.steps import Meta, Steps


def space(*rows: dict[str, Any], state: str = "ok") -> Any:
    return volumes.space(Steps(Meta(), {"volumes": {"state": state, "data": list(rows)}}))


def volume(name: str, capacity: int | None, free: int | None) -> dict[str, Any]:
    return {"Name": name, "Capacity": capacity, "FreeSpace": free}


def test_use_is_rounded_up() -> None:
    facts = space(volume("C:\\", 1000, 99), volume("D:\\", 100, 100), volume("E:\\", 100, 0))
    assert facts == {
        "filesystems": [
            {"path": "C:\\", "used_percent": 91},
            {"path": "D:\\", "used_percent": 0},
            {"path": "E:\\", "used_percent": 100},
        ]
    }


def test_volumes_without_a_path_are_windows_own() -> None:
    own = volume("\\\\?\\Volume{1}\\", 100, 1)
    assert space(own, volume("C:\\", 100, 50)) == {"filesystems": [{"path": "C:\\", "used_percent": 50}]}


def test_no_volume_at_all_is_unknown() -> None:
    assert isinstance(space()["filesystems"], Unread)
    assert isinstance(space(volume("\\\\?\\Volume{1}\\", 100, 1))["filesystems"], Unread)


def test_a_volume_without_a_size_is_a_gap() -> None:
    facts = space(volume("C:\\", 100, 50), volume("E:\\", None, None))
    assert facts["filesystems"] == [{"path": "C:\\", "used_percent": 50}]
    assert isinstance(facts["incomplete"]["filesystems"], Unread)


def test_volumes_that_were_denied_are_unknown() -> None:
    assert isinstance(space(state="denied")["filesystems"], Unread)
