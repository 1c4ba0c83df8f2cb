"""Sign-ins with their country, the approvals that cover them, and the journeys between them."""

from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.derived_approvals import account
from igaudit.evaluate.derived_journeys import FASTEST, least_distance
from igaudit.evaluate.view import FactView, Partial
from igaudit.load.lists import load_lists
from igaudit.model.countries import Countries
from igaudit.model.estate import Estate
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined
from igaudit.model.register import pseudonym

TODAY = date(2026, 11, 22)
LISTS = load_lists(Content.of())
FRESH = {"name": "DBIP", "date": "2026-11-01", "licence": "CC BY 4.0"}
PLACES = {
    "81.2.69.7": "GB",
    "2.16.1.1": "FR",
    "175.45.176.1": "KP",
    "10.1.1.1": "private",
    "127.0.0.1": "loopback",
    "100.64.1.1": "shared",
    "1.1.1.1": "not-found",
    "9.9.9.9": "tor",
}
APPROVAL = {
    "at": "abroad.csv:2",
    "request_id": "R-1",
    "user": "ana@trust.nhs.uk",
    "country_codes": ["FR", "DE"],
    "from_date": "2026-11-01",
    "to_date": "2026-11-20",
    "decision": "approved",
    "device_asset_tag": "lt-1",
    "device_encrypted": True,
}


def sign_in(
    address: str = "81.2.69.7", user: str = "ana", at: str = "2026-11-20T08:00:00Z", **more: Any
) -> Any:
    time = {"at": at} if at else {}
    known = {"gateway": "vpn1", "format": "openvpn", "method": "session", **time, **more}
    return {"sign_in": f"{user} from {address}", "user": user, "address": address, **known}


def seen(
    records: list[Any],
    fact: str = "located",
    *,
    approvals: Any = (),
    database: Any = FRESH,
    own: Any = None,
    beside: Any = None,
    feeds: Any = None,
) -> Any:
    """A derived fact of an organisation with these sign-ins."""
    rows = (
        approvals if isinstance(approvals, FactGroup) else FactGroup(COLLECTED, "", {"rows": list(approvals)})
    )
    facts = {"sign_ins": records, "own_domains": ["trust.nhs.uk"]}
    groups = {"gateway_sign_ins": FactGroup(COLLECTED, "", facts), "travel_approvals": rows, **(beside or {})}
    countries = Countries(database, PLACES if database else {}, own or {}, {})
    view = FactView(groups, DERIVED, Joined(LISTS, feeds or {}, countries, Estate()), TODAY)
    return view.get(("gateway_sign_ins", fact))


@pytest.mark.parametrize(
    ("address", "said", "place", "country"),
    [
        ("81.2.69.7", "", "country", "GB"),
        ("2.16.1.1", "", "country", "FR"),
        ("2.16.1.1", "FR", "country", "FR"),
        ("1.1.1.1", "FR", "country", "FR"),
        ("3.3.3.3", "FR", "country", "FR"),
        ("10.1.1.1", "", "private", None),
        ("127.0.0.1", "", "loopback", None),
        ("9.9.9.9", "", "tor", None),
        ("9.9.9.9", "GB", "tor", None),
    ],
)
def test_where_a_sign_in_came_from(address: str, said: str, place: str, country: Any) -> None:
    (found,) = seen([sign_in(address, **({"said_country": said} if said else {}))])
    assert (found["place"], found["country"]) == (place, country)
    assert found["countries"] == ([country] if country else [])


@pytest.mark.parametrize("address", ["1.1.1.1", "100.64.1.1"])
def test_an_address_without_a_country_is_at_home_nowhere(address: str) -> None:
    (found,) = seen([sign_in(address)])
    assert found["place"] == PLACES[address]
    assert isinstance(found["country"], Unread) and isinstance(found["cover"], Unread)


def test_a_sign_in_without_an_address_is_told_by_the_log_or_not_at_all() -> None:
    bare = {name: value for name, value in sign_in().items() if name != "address"}
    (unknown,), (known,) = seen([bare]), seen([{**bare, "said_country": "FR"}])
    assert unknown["place"] == "not-told" and isinstance(unknown["country"], Unread)
    assert known["country"] == "FR"


def test_two_witnesses_that_differ_leave_the_country_open_and_deny_both() -> None:
    (found,) = seen([sign_in("81.2.69.7", said_country="RU")])
    assert found["place"] == "contradicted" and found["countries"] == ["GB", "RU"]
    assert found["country"] == Unread(Reason.CONTRADICTED, "the log: RU, the database: GB")


def test_a_private_address_that_many_come_through_is_no_place() -> None:
    def through(count: int, form: str) -> list[Any]:
        return [sign_in("10.1.1.1", user=f"user{number}", format=form) for number in range(count)]

    assert {record["place"] for record in seen(through(9, "openvpn"))} == {"private"}
    assert {record["place"] for record in seen(through(10, "windows"))} == {"private"}
    found = seen(through(10, "openvpn"))
    assert {record["place"] for record in found} == {"translated"}
    assert all(isinstance(record["country"], Unread) for record in found)


def test_the_organisation_s_own_network_goes_before_both() -> None:
    (found,) = seen([sign_in("81.2.69.7", said_country="RU")], own={"81.2.69.7": "HSCN"})
    assert (found["place"], found["country"], found["network"]) == ("own-network", "GB", "HSCN")


def test_an_address_within_another_is_told_apart() -> None:
    groups = {"sign_ins": FactGroup(COLLECTED, "", {"remote": [sign_in("2002:210:101::1")]})}
    countries = Countries(FRESH, {"2002:210:101::1": "FR"}, {}, {"2002:210:101::1": "6to4"})
    (found,) = FactView(groups, DERIVED, Joined(LISTS, {}, countries), TODAY).get(("sign_ins", "located"))
    assert (found["country"], found["carried"]) == ("FR", "6to4")


def test_a_database_that_is_too_old_proves_no_country_and_still_denies() -> None:
    for made, reason in (
        ("2026-09-23", None),
        ("2026-09-22", Reason.FEED_TOO_OLD),
        ("", Reason.FEED_TOO_OLD),
    ):
        (home,) = seen([sign_in()], database={**FRESH, "date": made})
        assert home["country"] == "GB" if reason is None else home["country"].reason == reason
    (denied,) = seen([sign_in("175.45.176.1")], database={**FRESH, "date": "2026-09-22"})
    assert isinstance(denied["countries"], Partial) and denied["countries"].value == ["KP"]
    assert "KP, says the database" in denied["country"].detail


def test_a_database_that_is_too_old_still_contradicts_the_log() -> None:
    old = {**FRESH, "date": "2026-01-01"}
    (found,) = seen([sign_in("175.45.176.1", said_country="GB")], database=old)
    assert found["place"] == "contradicted" and found["countries"] == ["GB", "KP"]
    assert seen([sign_in(said_country="GB")], database=old)[0]["country"] == "GB"


@pytest.mark.parametrize("address", ["10.1.1.1", "127.0.0.1"])
def test_what_the_log_says_of_a_local_address_counts(address: str) -> None:
    (found,) = seen([sign_in(address, said_country="RU")])
    assert (found["place"], found["country"], found["cover"]) == ("country", "RU", "nobody-asked")


def test_without_a_database_the_log_s_own_word_counts() -> None:
    known, unknown = seen([sign_in(said_country="FR"), sign_in()], database={})
    assert known["country"] == "FR"
    assert (
        unknown["country"].reason == Reason.NOT_PROVIDED and "feeds fetch geoip" in unknown["country"].detail
    )


@pytest.mark.parametrize(
    ("change", "record", "cover"),
    [
        ({}, {}, "approved"),
        ({}, {"at": "2026-11-01T00:00:00Z"}, "approved"),
        ({}, {"at": "2026-11-20T23:59:59Z"}, "approved"),
        ({}, {"at": "2026-10-31T23:59:59Z"}, "other-dates"),
        ({}, {"at": "2026-11-21T00:00:00Z"}, "other-dates"),
        ({}, {"at": "2026-11-20T10:00:00Z", "first": "2026-10-31T10:00:00Z"}, "other-dates"),
        ({}, {"user": "TRUST\\Ana"}, "approved"),
        ({}, {"user": "ANA@TRUST.nhs.uk"}, "approved"),
        ({}, {"user": "ana@elsewhere.org"}, "nobody-asked"),
        ({}, {"user": "ben"}, "nobody-asked"),
        ({"country_codes": ["DE"]}, {}, "other-country"),
        ({"decision": "refused"}, {}, "refused"),
        ({"decision": "withdrawn"}, {}, "refused"),
        ({"decision": "pending"}, {}, "refused"),
    ],
)
def test_an_approval_covers_account_country_and_day(change: Any, record: Any, cover: str) -> None:
    (found,) = seen([sign_in("2.16.1.1", **record)], approvals=[{**APPROVAL, **change}])
    assert found["cover"] == cover
    assert found["approval"] == (None if cover == "nobody-asked" else "R-1 (abroad.csv:2)")


def test_one_approval_among_several_is_enough() -> None:
    rows = [{**APPROVAL, "decision": "refused"}, APPROVAL, {**APPROVAL, "country_codes": ["DE"]}]
    assert seen([sign_in("2.16.1.1")], approvals=rows)[0]["cover"] == "approved"


@pytest.mark.parametrize(
    ("change", "cover"),
    [
        ({}, "refused"),
        ({"decision_date": "2026-11-03"}, "refused"),
        ({"decision_date": "2026-11-02"}, "refused"),
        ({"decision_date": "2026-11-01"}, "approved"),
        ({"request_id": "R-9"}, "approved"),
        ({"request_id": None}, "refused"),
        ({"request_id": None, "to_date": "2026-11-21"}, "approved"),
        ({"to_date": "2026-11-19"}, "approved"),
        ({"country_codes": ["DE"]}, "approved"),
        ({"decision": "refused"}, "approved"),
    ],
)
def test_a_request_that_is_withdrawn_later_covers_nothing(change: Any, cover: str) -> None:
    given = {**APPROVAL, "decision_date": "2026-11-02"}
    taken = {**APPROVAL, "at": "abroad.csv:3", "decision": "withdrawn", **change}
    for rows in ([given, taken], [taken, given]):
        assert seen([sign_in("2.16.1.1")], approvals=rows)[0]["cover"] == cover


def test_a_register_that_was_not_read_covers_nothing_and_denies_nothing() -> None:
    missing = FactGroup(Reason.NOT_PROVIDED, "no file")
    partly = FactGroup(COLLECTED, "", {"rows": [APPROVAL]}, {"rows": Unread(Reason.UNPARSABLE, "row 3")})
    broken = {name: value for name, value in APPROVAL.items() if name != "to_date"}
    assert seen([sign_in("2.16.1.1")], approvals=missing)[0]["cover"] == Unread(
        Reason.NOT_PROVIDED, "no file"
    )
    assert seen([sign_in("2.16.1.1")], approvals=partly)[0]["cover"] == "approved"
    assert seen([sign_in("2.16.1.1", user="ben")], approvals=partly)[0]["cover"].reason == Reason.UNPARSABLE
    assert seen([sign_in("2.16.1.1")], approvals=[broken])[0]["cover"].reason == Reason.UNPARSABLE


def test_behind_tor_no_approval_helps() -> None:
    assert seen([sign_in("9.9.9.9")], approvals=[APPROVAL])[0]["cover"] == "no-country"


def test_a_sign_in_at_an_unknown_time_is_covered_by_nothing_known() -> None:
    assert isinstance(seen([sign_in("2.16.1.1", at="")], approvals=[APPROVAL])[0]["cover"], Unread)


BEFORE = {"sign_in": "vpn1 before it", "gateway": "vpn1", "format": "openvpn", "at": "2026-10-25T00:00:00Z"}


def test_what_stands_for_a_time_without_record_stays_as_it_is() -> None:
    assert seen([BEFORE]) == [BEFORE]


def test_each_list_holds_its_own_logs_and_is_unknown_without_any() -> None:
    records = [sign_in(), sign_in(format="entra"), sign_in(format="windows")]
    for fact, form in (("through_gateways", "openvpn"), ("to_cloud", "entra"), ("to_windows", "windows")):
        assert [record["format"] for record in seen(records, fact)] == [form]
        others = [record for record in records if record["format"] != form]
        assert seen(others, fact).reason == Reason.NOT_PROVIDED
    assert seen([], "located").reason == Reason.NOT_PROVIDED


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.smith", "A.Smith", True),
        ("TRUST\\a.smith", "a.smith@trust.nhs.uk", True),
        (" a.smith ", "a.smith", True),
        ("a.smith@elsewhere.org", "a.smith", False),
        ("a.smith@elsewhere.org", "a.smith@trust.nhs.uk", False),
        ("a.smith@ELSEWHERE.org", "A.SMITH@elsewhere.org", True),
    ],
)
def test_accounts_are_compared_without_case_and_own_domains(one: str, other: str, same: bool) -> None:
    assert (account(one, ["trust.nhs.uk"]) == account(other, ["trust.nhs.uk"])) is same


def journeys(*records: Any, **more: Any) -> Any:
    return seen(list(records), "journeys", **more)


def test_a_journey_that_nobody_can_make() -> None:
    (found,) = journeys(
        sign_in(at="2026-11-20T08:00:00Z"), sign_in("175.45.176.1", at="2026-11-20T10:00:00Z")
    )
    assert found["journey"] == "ana: GB 2026-11-20T08:00:00Z to KP 2026-11-20T10:00:00Z"
    assert 6500 < found["km"] < 8700 and found["km_per_hour"] == round(found["km"] / 2)


def test_a_journey_is_the_same_however_the_account_is_written_and_wherever_it_signs_in() -> None:
    one = sign_in(user="TRUST\\Ana", format="windows", at="2026-11-20T10:00:00Z")
    other = sign_in("175.45.176.1", user="ana@trust.nhs.uk", at="2026-11-20T08:00:00Z")
    (found,) = journeys(one, other)
    assert (found["account"], found["left"]) == ("ana", "2026-11-20T08:00:00Z")


def test_no_journey_within_one_country_or_between_two_accounts() -> None:
    assert journeys(sign_in(), sign_in(at="2026-11-20T08:00:01Z")) == []
    assert journeys(sign_in(), sign_in("175.45.176.1", user="ben")) == []


def test_neighbours_are_never_too_far_apart() -> None:
    (found,) = journeys(sign_in(), sign_in("2.16.1.1", at="2026-11-20T08:00:01Z"))
    assert (found["km"], found["km_per_hour"]) == (0, 0)


def test_two_places_at_one_time() -> None:
    (found,) = journeys(sign_in(), sign_in("175.45.176.1"))
    assert found["km_per_hour"] == FASTEST


def test_the_hour_that_comes_twice_is_given_to_the_traveller() -> None:
    doubt = sign_in("175.45.176.1", at="2026-11-20T10:00:00Z", doubt=3600)
    (found,) = journeys(sign_in(), doubt)
    assert found["km_per_hour"] == round(found["km"] / 3)


def test_the_first_and_the_last_time_of_a_sum_are_both_places() -> None:
    day = sign_in(first="2026-11-20T06:00:00Z", at="2026-11-20T20:00:00Z")
    found = journeys(day, sign_in("175.45.176.1", at="2026-11-20T12:00:00Z"))
    assert [one["left"][11:13] for one in found] == ["06", "12"]


@pytest.mark.parametrize(
    ("count", "address", "at", "whole"),
    [
        (3, "175.45.176.1", "2026-11-20T12:00:00Z", False),
        (2, "175.45.176.1", "2026-11-20T12:00:00Z", True),
        (3, "2.16.1.1", "2026-11-20T12:00:00Z", True),
        (3, "175.45.176.1", "2026-11-21T20:00:00Z", True),
        (3, "175.45.176.1", "2026-11-19T06:00:00Z", True),
    ],
)
def test_a_journey_may_hide_among_many_sign_ins(count: int, address: str, at: str, whole: bool) -> None:
    many = sign_in(first="2026-11-20T06:00:00Z", at="2026-11-20T20:00:00Z", count=count)
    found = journeys(many, sign_in(address, at=at))
    assert isinstance(found, list) is whole
    assert whole or "ana signed in from GB 3 times" in found.gap.detail


def test_the_way_out_of_the_organisation_s_network_is_no_place_of_a_person() -> None:
    abroad = sign_in("175.45.176.1", at="2026-11-20T08:01:00Z")
    assert journeys(sign_in(), abroad, own={"81.2.69.7": "HSCN"}) == []


def test_a_sign_in_from_nowhere_may_hide_a_journey() -> None:
    found = journeys(sign_in(), sign_in("1.1.1.1"))
    assert isinstance(found, Partial) and "1 sign-ins without a known country" in found.gap.detail
    assert journeys(sign_in(), sign_in("10.1.1.1")) == [], "inside there is no country, which is known"


def test_a_time_without_record_stays_among_the_journeys() -> None:
    assert journeys(BEFORE) == [{"journey": "vpn1 before it", "at": "2026-10-25T00:00:00Z"}]


def later(read_at: str, records: Any = None) -> Any:
    """The sign-ins as they are judged on 22 November."""
    facts = {"sign_ins": records or [BEFORE, sign_in()], "own_domains": [], "read_at": read_at}
    groups = {"gateway_sign_ins": FactGroup(COLLECTED, "", facts)}
    view = FactView(groups, DERIVED, Joined(LISTS, {}, Countries(FRESH, PLACES)), TODAY)
    return view.get(("gateway_sign_ins", "through_gateways"))


def test_the_time_since_the_logs_were_read_is_not_known() -> None:
    assert len(later("2026-11-19T09:00:00Z")) == 2
    found = later("2026-11-18T09:00:00Z")[2]
    assert found["sign_in"] == "vpn1 after 2026-11-18T09:00:00Z, when its log was read"
    assert found["at"] == "2026-11-22T00:00:00Z" and "user" not in found


def machine(remote: list[Any], logs: list[Any], fact: str) -> Any:
    """A derived fact of a machine, beside the organisation's logs and register."""
    domains = {"sign_ins": logs, "own_domains": ["trust.nhs.uk"]}
    organisation = {
        "gateway_sign_ins": FactGroup(COLLECTED, "", domains),
        "travel_approvals": FactGroup(COLLECTED, "", {"rows": [APPROVAL]}),
    }
    groups = {"sign_ins": FactGroup(COLLECTED, "", {"remote": remote})}
    joined = Joined(LISTS, {}, Countries(FRESH, PLACES), Estate((), organisation))
    return FactView(groups, DERIVED, joined, TODAY).get(("sign_ins", fact))


def test_a_machine_s_sign_ins_are_covered_by_the_organisation_s_register() -> None:
    (found,) = machine([sign_in("2.16.1.1")], [], "located")
    assert (found["country"], found["cover"]) == ("FR", "approved")


@pytest.mark.parametrize(("count", "covered"), [(2, True), (3, False)])
def test_the_days_between_the_first_and_the_last_sign_in_have_to_be_covered_too(
    count: int, covered: bool
) -> None:
    """A machine sums up all days: on which of them somebody came is known of the first and the last alone."""
    first = {**APPROVAL, "to_date": "2026-11-05"}
    again = {**APPROVAL, "at": "abroad.csv:3", "request_id": "R-2", "from_date": "2026-11-08"}
    visits = sign_in("2.16.1.1", first="2026-11-02T08:00:00Z", count=count)
    cover = seen([visits], approvals=[first, again])[0]["cover"]
    assert (cover == "approved") is covered and (covered or isinstance(cover, Unread))
    whole = {**again, "from_date": "2026-11-06"}
    assert seen([visits], approvals=[first, whole])[0]["cover"] == "approved"


def test_a_journey_from_a_log_to_a_machine() -> None:
    here = sign_in("175.45.176.1", at="2026-11-20T10:00:00Z")
    (found,) = machine([here], [sign_in(user="ana@trust.nhs.uk"), sign_in(user="ben")], "journeys")
    assert found["journey"].startswith("ana: GB")
    elsewhere = [sign_in(user="ben"), sign_in("175.45.176.1", user="ben", at="2026-11-20T10:00:00Z")]
    assert machine([here], elsewhere, "journeys") == [], "who never came here is the logs' affair"


def test_the_list_of_countries_knows_every_country_once() -> None:
    rows = LISTS["countries"].rows
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes)) == 249
    assert all(row["name"] and row["points"] and int(row["reach_km"]) > 0 for row in rows)


def test_who_is_what_to_the_united_kingdom() -> None:
    group = {row["code"]: row["group"] for row in LISTS["countries"].rows}
    assert [code for code in group if group[code] == "uk"] == ["GB"]
    assert len([code for code in group if group[code] == "eea"]) == 30
    adequate = {"AD", "AR", "FO", "GG", "GI", "IL", "IM", "JE", "KR", "NZ", "CH", "UY"}
    assert {code for code in group if group[code] == "adequate"} == adequate
    assert {code for code in group if group[code] == "adequate-partial"} == {"CA", "JP", "US"}


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("GB", "IE", 0, 0),
        ("DE", "FR", 0, 0),
        ("GB", "GB", 0, 0),
        ("AU", "GB", 10_000, 15_500),
        ("GB", "US", 1_800, 4_600),
        ("GB", "RU", 500, 1_350),
        ("LT", "RU", 0, 0),
        ("PL", "RU", 0, 0),
        ("NO", "RU", 0, 0),
        ("GB", "NZ", 14_000, 18_400),
        ("AQ", "XX", 0, 0),
    ],
)
def test_the_least_distance_between_two_countries(one: str, other: str, least: int, most: int) -> None:
    assert least <= least_distance(LISTS["countries"], one, other) <= most


def test_the_list_of_tor_s_exits_is_current_or_unknown() -> None:
    def feed(day: str) -> Feed:
        return Feed("tor-exits", day, f"{day}T00:00:00Z", "0", "u", "l", "a", 7)

    assert seen([], "tor_list_current", feeds={"tor-exits": feed("2026-11-15")}) is True
    assert seen([], "tor_list_current", feeds={"tor-exits": feed("2026-11-14")}).reason == Reason.FEED_TOO_OLD
    assert isinstance(seen([], "tor_list_current"), Unread)


def test_what_is_known_of_the_database() -> None:
    assert seen([], "database_date") == "2026-11-01" and seen([], "database_licence") == "CC BY 4.0"
    assert seen([], "database_licence", database={**FRESH, "licence": ""}) is None
    for fact in ("database_date", "database_licence"):
        assert isinstance(seen([], fact, database={}), Unread)


@pytest.mark.parametrize(("serial", "managed"), [("ABC1", False), ("OTHER", None)])
def test_the_device_of_an_approval_that_was_used(serial: str, managed: bool | None) -> None:
    beside = {
        "assets": FactGroup(COLLECTED, "", {"rows": [{"asset_tag": "LT-1", "serial_number": "ABC1"}]}),
        "devices": FactGroup(
            COLLECTED, "", {"rows": [{"serial": pseudonym("serial", serial), "encrypted": False}]}
        ),
    }
    unused = {**APPROVAL, "at": "abroad.csv:3", "request_id": "R-2", "country_codes": ["KP"]}
    records = [sign_in("2.16.1.1"), sign_in("2.16.1.1", at="2026-11-19T08:00:00Z"), BEFORE]
    found = seen(records, "devices_abroad", approvals=[APPROVAL, unused], beside=beside)
    device = {"approval": "R-1 (abroad.csv:2)", "at": "2026-11-20T08:00:00Z", "device": "lt-1"}
    assert found == [
        {**device, "register_says": True, "managed_says": managed},
        {"approval": "vpn1 before it", "at": "2026-10-25T00:00:00Z"},
    ]


ASSET = {"asset_tag": "LT-1", "serial_number": "ABC1"}
MANAGED = {"serial": pseudonym("serial", "ABC1"), "encrypted": False}
LOST = {"rows": Unread(Reason.UNPARSABLE, "row 3")}


@pytest.mark.parametrize(
    ("assets", "devices"),
    [
        (FactGroup(COLLECTED, "", {"rows": []}, LOST), FactGroup(COLLECTED, "", {"rows": [MANAGED]})),
        (FactGroup(COLLECTED, "", {"rows": [ASSET]}), FactGroup(COLLECTED, "", {"rows": []}, LOST)),
        (FactGroup(COLLECTED, "", {"rows": [{"asset_tag": "LT-1"}]}), FactGroup(COLLECTED, "", {"rows": []})),
        (
            FactGroup(COLLECTED, "", {"rows": [ASSET]}),
            FactGroup(COLLECTED, "", {"rows": [{"encrypted": False}]}),
        ),
        (
            FactGroup(COLLECTED, "", {"rows": [ASSET]}),
            FactGroup(COLLECTED, "", {"rows": [{"serial": MANAGED["serial"]}]}),
        ),
        (FactGroup(COLLECTED, "", {"rows": [ASSET]}), FactGroup(Reason.UNPARSABLE, "broken")),
    ],
    ids=["asset", "device", "serial of the asset", "serial of the device", "encryption", "whole list"],
)
def test_a_device_whose_row_could_not_be_read_is_not_taken_for_unmanaged(assets: Any, devices: Any) -> None:
    beside = {"assets": assets, "devices": devices}
    (found,) = seen([sign_in("2.16.1.1")], "devices_abroad", approvals=[APPROVAL], beside=beside)
    assert isinstance(found["managed_says"], Unread)


def test_without_a_list_of_devices_nobody_manages_any() -> None:
    (found,) = seen([sign_in("2.16.1.1")], "devices_abroad", approvals=[APPROVAL])
    assert found["managed_says"] is None
