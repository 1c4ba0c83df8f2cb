"""What a parser of Windows answers reads: values, and honest words where there are none."""

import base64
import json
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows.rights import windows_rights
from igaudit.parse.windows.steps import Event, File, NotRead, Steps, read_steps, told


def steps(meta: dict[str, Any] | None = None, **said: Any) -> Steps:
    return read_steps(json.dumps(meta or {}), json.dumps(said))


def key(**data: Any) -> Any:
    return steps(k={"state": "ok", "data": {"values": {}, **data}}).key("k")


def reason(error: pytest.ExceptionInfo[NotRead]) -> Reason:
    return error.value.gap.reason


def test_numbers_are_unsigned() -> None:
    values = {"A": {"kind": "DWord", "data": -1}, "B": {"kind": "QWord", "data": -1}}
    assert key(values=values).number("a") == 0xFFFFFFFF
    assert key(values=values).number("B") == 2**64 - 1


def test_a_value_that_is_not_there_is_known_not_to_be() -> None:
    assert key(values={}).number("A") is None
    assert steps(k={"state": "absent"}).key("k").text("A") is None
    assert not steps(k={"state": "absent"}).key("k").exists


def test_a_value_of_another_kind_is_not_read() -> None:
    with pytest.raises(NotRead) as error:
        key(values={"A": {"kind": "String", "data": "1"}}).number("A")
    assert reason(error) is Reason.UNPARSABLE


@pytest.mark.parametrize("data", [["a", "b"], {"value": ["a", "b"], "Count": 2}])
def test_a_list_of_texts(data: object) -> None:
    assert key(values={"A": {"kind": "MultiString", "data": data}}).texts("A") == ["a", "b"]


def test_a_subkey_that_was_denied_raises_when_it_is_read() -> None:
    below = key(subkeys={"X": {"state": "denied"}, "Y": {"state": "ok", "data": {"values": {}}}}).subkeys
    assert below["Y"].number("A") is None
    with pytest.raises(NotRead) as error:
        below["X"].number("A")
    assert reason(error) is Reason.DENIED


def test_names_are_told_without_their_data() -> None:
    assert key(names=["DefaultPassword"]).has("defaultpassword")
    assert key(names="DefaultPassword").has("DefaultPassword")
    assert not key(names=[]).has("DefaultPassword")


def test_names_come_as_a_list_in_two_forms() -> None:
    assert key(names={"value": ["DefaultPassword"], "Count": 1}).has("DefaultPassword")


@pytest.mark.parametrize("data", [None, [], "x", {}, {"names": []}])
def test_a_key_without_its_values_is_not_an_empty_key(data: object) -> None:
    cut = steps(k={"state": "ok", "data": data}).key("k")
    with pytest.raises(NotRead):
        cut.number("A")
    with pytest.raises(NotRead):
        _ = cut.exists
    with pytest.raises(NotRead):
        _ = cut.subkeys
    assert steps(k={"state": "absent"}).key("k").subkeys == {}


def test_a_text_that_is_none_is_not_read() -> None:
    with pytest.raises(NotRead):
        key(values={"A": {"kind": "String", "data": 0}}).text("A")


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("absent", Reason.UNSUPPORTED),
        ("denied", Reason.DENIED),
        ("error", Reason.FAILED),
        ("timeout", Reason.FAILED),
    ],
)
def test_rows_that_did_not_come_are_no_empty_list(state: str, wanted: Reason) -> None:
    with pytest.raises(NotRead) as error:
        steps(s={"state": state}).rows("s")
    assert reason(error) is wanted


def test_a_step_that_never_came_was_not_reached() -> None:
    with pytest.raises(NotRead) as error:
        steps().rows("s")
    assert reason(error) is Reason.NOT_REACHED
    assert steps().state("s") == "missing"


@pytest.mark.parametrize("data", [[{"a": 1}], {"value": [{"a": 1}], "Count": 1}, {"a": 1}])
def test_one_row_comes_in_three_forms(data: object) -> None:
    assert steps(s={"state": "ok", "data": data}).rows("s") == [{"a": 1}]


def test_a_list_in_a_row_comes_in_two_forms() -> None:
    wrapped = {"value": [{"value": ["10.0.0.0/8", "::1"], "Count": 2}], "Count": 1}
    row = {"LocalAddress": wrapped, "value": {"value": 1, "Count": 1}}
    said = steps(s={"state": "ok", "data": [row]}).rows("s")
    assert said == [{"LocalAddress": [["10.0.0.0/8", "::1"]], "value": {"value": 1, "Count": 1}}]


def test_rows_that_are_none_make_no_sense() -> None:
    with pytest.raises(Unparsable):
        steps(s={"state": "ok", "data": [1]}).rows("s")
    with pytest.raises(Unparsable):
        steps(s={"state": "ok", "data": None}).rows("s")
    with pytest.raises(Unparsable):
        steps(s={"state": "ok", "data": {}}).rows("s")


def program(status: int, out: bytes, **meta: Any) -> str:
    data = {"status": status, "out": base64.b64encode(out).decode(), "err": "no right"}
    return steps(meta, s={"state": "ok", "data": data}).output("s")


def test_a_program_speaks_the_machines_code_page() -> None:
    assert program(0, "Système".encode("cp850"), oemcp=850) == "Système"
    assert program(0, "Überwachung".encode()) == "Überwachung"
    assert program(0, b"\x81", oemcp=99999) == "\x81"


def test_a_program_that_failed_says_nothing() -> None:
    with pytest.raises(NotRead) as error:
        program(1314, b"x")
    assert "no right" in error.value.gap.detail


def test_events_and_files() -> None:
    event = {"id": 19, "at": "2026-10-01T00:00:00Z", "fields": ["KB1"]}
    found = {"path": "C:\\x.sys", "bytes": 3, "changed": "2026-10-01T00:00:00Z", "version": "6.1.1.1"}
    said = steps(
        e={"state": "ok", "data": {"rows": [event], "capped": True}},
        n={"state": "empty"},
        f={
            "state": "ok",
            "data": [{"pattern": "p", "state": "ok", "rows": [found]}, {"pattern": "q", "state": "absent"}],
        },
        d={"state": "ok", "data": [{"pattern": "p", "state": "denied"}]},
        c={"state": "ok", "data": [{"pattern": "p", "state": "ok", "rows": [found], "capped": True}]},
    )
    assert said.events("e") == [Event(19, "2026-10-01T00:00:00Z", ["KB1"])]
    assert said.capped("e") and not said.capped("n")
    assert said.events("n") == []
    assert said.files("f") == [File("C:\\x.sys", 3, "2026-10-01T00:00:00Z", "6.1.1.1")]
    for step in "dc":
        with pytest.raises(NotRead):
            said.files(step)


@pytest.mark.parametrize("rows", [None, {}, "x"])
def test_events_that_are_no_list_are_not_none(rows: object) -> None:
    with pytest.raises(Unparsable):
        steps(e={"state": "ok", "data": {"rows": rows}}).events("e")


def test_files_of_no_pattern_are_no_answer() -> None:
    with pytest.raises(Unparsable):
        steps(f={"state": "ok", "data": []}).files("f")
    with pytest.raises(KeyError):
        steps(f={"state": "ok", "data": [{"pattern": "p", "state": "ok"}]}).files("f")


def test_told_turns_what_was_not_read_into_gaps() -> None:
    said = steps(s={"state": "denied"})
    facts = told(a=lambda: 1, b=lambda: said.rows("s"))
    assert facts["a"] == 1
    assert isinstance(facts["b"], Unread)
    assert facts["b"].reason is Reason.DENIED


def test_what_meta_does_not_say_is_not_made_up() -> None:
    meta = steps({"build": "17763", "admin": 1, "product": "ServerNT"}).meta
    assert (meta.build, meta.admin, meta.product) == (0, False, "ServerNT")


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{"])
def test_what_is_no_answer_is_unparsable(text: str) -> None:
    with pytest.raises(Unparsable):
        read_steps("{}", text)


def test_rights_are_those_of_the_account() -> None:
    admin = {"admin": True, "user": "TRUST\\audit", "powershell": "5.1.17763.1"}
    assert windows_rights(json.dumps(admin).encode()) == ("administrator", "")
    rights, advice = windows_rights(json.dumps({**admin, "admin": False}).encode())
    assert rights == "TRUST\\audit, not an administrator"
    assert "administrator" in advice
    assert "4.0 is not supported" in windows_rights(json.dumps({**admin, "powershell": "4.0"}).encode())[1]
    assert windows_rights(b"[]")[0].startswith("unknown")
