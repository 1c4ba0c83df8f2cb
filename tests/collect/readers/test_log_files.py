"""Files that are no logs, damaged ones, hostile ones; and what a log may cost."""

# ruff: noqa: E501 (a line of a log is as long as it is)

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.collect.readers.logs import tally
from igaudit.collect.readers.logs.forms import FORMATS
from igaudit.errors import ContentError
from tests.collect.readers.log_reading import Read, read, read_files, source

LINE = "2026-11-20 18:08:59Z 198.51.100.7:1 [ana] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n"
OTHER = "2026-11-20 18:08:59Z 198.51.100.7:1 TLS: Username/Password authentication pending\n"
ASA = "<166>Nov 20 2026 14:32:18 fw : %ASA-6-113039: Group <G> User <ana> IP <198.51.100.7> AnyConnect parent session started.\n"


def refused(folder: Path, content: str | bytes, **more: object) -> str:
    with pytest.raises(ContentError) as error:
        read(folder, content, **more)
    return str(error.value)


def test_an_empty_log_is_a_log_without_lines(tmp_path: Path) -> None:
    for content in ("", "\n \n"):
        found = read(tmp_path, content, format="openvpn")
        assert found.counts == (0, 0, 0, 0) and "begins" not in found.file


def test_what_is_no_log_is_refused_with_its_name(tmp_path: Path) -> None:
    assert refused(tmp_path, "hello\nworld\n").startswith("a.log: is no log that is known")
    assert "workbook" in refused(tmp_path, b"PK\x03\x04rest")
    assert "is no text" in refused(tmp_path, bytes(4000) + b"x")
    assert "no format `openvpm`" in refused(tmp_path, LINE, format="openvpm")
    assert "is no log of `entra`: it looks like openvpn" in refused(tmp_path, LINE, format="entra")
    assert "cannot be read" in refused(tmp_path, b"\x1f\x8b broken")
    assert "nothing in it could be read as cisco-asa" in refused(tmp_path, "x\ny\n", format="cisco-asa")


def test_a_log_that_could_be_two_needs_its_format(tmp_path: Path) -> None:
    both = LINE + ASA
    assert "could be openvpn or cisco-asa: name its `format:`" in refused(tmp_path, both)
    assert read(tmp_path, both, format="cisco-asa", zone="UTC").counts == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (ASA, "cisco-asa"),
        ('date=2026-11-20 time=10:00:00 devname="fw" logid="0101039424" type="event"\n', "fortigate"),
        ("1,2026/11/20 10:00:00,1,GLOBALPROTECT,0,\n", "globalprotect"),
        ("1,2026/11/20 10:00:00,1,SYSTEM,globalprotect,0,\n", "globalprotect"),
    ],
)
def test_a_log_that_turns_into_another_needs_its_format(tmp_path: Path, line: str, form: str) -> None:
    """The beginning of a file tells its form; further on there may be sign-ins at another gateway."""
    both = OTHER * 1000 + LINE + line
    said = f"line 1002 looks like {form}, others like openvpn: name its `format:`"
    assert said in refused(tmp_path, both)
    assert read(tmp_path, both, format="openvpn", zone="UTC").counts == (1, 0, 1001, 0)


def test_a_log_after_many_blank_lines_is_no_empty_one(tmp_path: Path) -> None:
    blank = "\n" * 70_000
    assert read(tmp_path, blank + LINE, format="openvpn").counts[0] == 1
    assert "is no log that is known" in refused(tmp_path, blank + LINE)


def test_all_unusable_files_are_told_at_once(tmp_path: Path) -> None:
    files = [source(tmp_path, "hello", name=name) for name in ("a.log", "b.log")]
    with pytest.raises(ContentError) as error:
        read_files(*files)
    assert [problem.path for problem in error.value.problems] == ["a.log", "b.log"]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    file = source(tmp_path, LINE)
    file.path.unlink()
    with pytest.raises(ContentError, match=r"a\.log: cannot be read: No such file"):
        read_files(file)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le with a mark"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    mark = b"\xff\xfe" if "mark" in encoding else b""
    content = mark + LINE.replace("ana", "änä").encode(encoding.partition(" ")[0])
    assert read(tmp_path, content).sign_ins[0]["user"] == "änä"


def test_the_entry_names_an_encoding_that_cannot_be_told(tmp_path: Path) -> None:
    content = LINE.replace("ana", "änä").encode("latin-1")
    assert read(tmp_path, content, encoding="latin-1").sign_ins[0]["user"] == "änä"
    assert "unknown encoding" in refused(tmp_path, LINE, encoding="klingon")
    assert "cannot be read" in refused(tmp_path, LINE, encoding="idna")


def test_a_separator_is_one_sign(tmp_path: Path) -> None:
    assert "must be a single sign" in refused(tmp_path, LINE, separator="::")


def test_a_packed_log_is_the_same_log(tmp_path: Path) -> None:
    plain = read(tmp_path, LINE * 3)
    packed = read(tmp_path, gzip.compress((LINE * 3).encode()), name="a.log.gz")
    assert [one["count"] for one in packed.sign_ins] == [one["count"] for one in plain.sign_ins] == [3]


def test_a_packed_log_that_breaks_off_says_so(tmp_path: Path) -> None:
    lines = "".join(LINE.replace("[ana]", f"[ana{number}]") for number in range(30_000))
    found = read(tmp_path, gzip.compress(lines.encode())[:-2000], name="a.log.gz")
    assert found.counts[0] > 100 and found.counts[3] == 1
    assert "the file breaks off" in found.unreadable[0]["says"]


@pytest.mark.parametrize(
    "bad",
    [
        b"2026-11-20 18:08:59Z 198.51.100.7:1 \xff\xfe\n",
        b"2026-11-20 18:08:59Z 198.51.100.7:1 a\x00b\n",
        b"2026-11-20 18:08:59Z 198.51.100.7:1 " + b"x" * 100_000 + b"\n",
        b"2026-13-45 18:08:59Z 198.51.100.7:1 x\n",
        b"2026-11-20 18:08:59Z 198.51.100.7:1 [] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n",
        b"2026-11-20 18:08:59Z 198.51.100.7:1 ["
        + b"n" * 257
        + b"] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n",
    ],
    ids=["invalid UTF-8", "NUL", "huge", "no calendar's date", "no name", "long name"],
)
def test_a_line_that_cannot_be_read_is_counted_and_named(tmp_path: Path, bad: bytes) -> None:
    found = read(tmp_path, LINE.encode() + bad + OTHER.encode())
    assert found.counts == (1, 0, 1, 1)
    assert found.unreadable[0]["at"] == "a.log:2"
    assert "nnnn" not in found.raw and "xxxx" not in found.raw


def test_the_first_of_many_bad_lines_are_named_and_all_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, LINE + "2026-13-45 18:08:59Z x\n" * 500)
    assert found.counts == (1, 0, 0, 500)
    assert [line["at"] for line in found.unreadable] == [f"a.log:{number}" for number in range(2, 22)]


def test_json_that_is_cut_short_keeps_what_came_before(tmp_path: Path) -> None:
    one = '{"userPrincipalName":"ana","ipAddress":"198.51.100.7","createdDateTime":"2026-11-20T10:00:00Z","status":{"errorCode":0}}'
    for text in (f"[{one},\n{one},\n{{", f"[{one},\n{one},\nnul and so on]", f"[{one}\n{one}\n{one[:40]}"):
        found = read(tmp_path, text)
        assert found.counts == (2, 0, 0, 1)
        assert found.unreadable[0]["at"] == "a.log:3"
    assert read(tmp_path, f"[{one},7]").unreadable == [{"at": "a.log:1", "says": "no object of JSON"}]


def test_a_list_that_does_not_end_is_cut_short_even_between_two_objects(tmp_path: Path) -> None:
    one = '{"userPrincipalName":"ana","ipAddress":"198.51.100.7","createdDateTime":"2026-11-20T10:00:00Z","status":{"errorCode":0}}'
    assert read(tmp_path, f"[{one},{one}").counts == (2, 0, 0, 1)
    assert read(tmp_path, f'{{"value":[{one},{one}]').counts == (2, 0, 0, 0), "the list itself is whole"


@pytest.mark.parametrize(
    "tail", ["", ',"@odata.nextLink":"https://graph.example/?$skiptoken=[{"', ',\n "@odata.count": 7']
)
def test_pages_of_graph_put_into_one_file_are_all_read(tmp_path: Path, tail: str) -> None:
    one = '{"userPrincipalName":"%s","ipAddress":"198.51.100.7","createdDateTime":"2026-11-20T10:00:00Z","status":{"errorCode":0}}'
    rows = [",\n".join(one % f"{page}{number}" for number in range(2500)) for page in "abc"]
    pages = "\n".join(f'{{"@odata.context":"x","value":[{page}]{tail}}}' for page in rows)
    assert read(tmp_path, pages).counts == (7500, 0, 0, 0)
    assert read(tmp_path, "".join(f"[{page}]" for page in rows)).counts == (7500, 0, 0, 0)


def test_what_follows_a_list_and_is_none_is_named(tmp_path: Path) -> None:
    one = '{"userPrincipalName":"ana","ipAddress":"198.51.100.7","createdDateTime":"2026-11-20T10:00:00Z","status":{"errorCode":0}}'
    for rest in (" nonsense", '\n{"value":[', "\n[", ',"more":1}'):
        assert read(tmp_path, f"[{one}]{rest}").counts == (1, 0, 0, 1)


def test_a_broken_line_of_json_costs_that_line(tmp_path: Path) -> None:
    one = '{"userPrincipalName":"ana","ipAddress":"198.51.100.7","createdDateTime":"2026-11-20T10:00:00Z","status":{"errorCode":0}}'
    found = read(tmp_path, f"{one}\n{one[:50]}\n{one}\n{{broken\n{one}\n{one[:9]}")
    assert found.counts == (3, 0, 0, 3)
    assert [line["at"] for line in found.unreadable] == ["a.log:2", "a.log:4", "a.log:6"]


def test_a_quotation_mark_that_never_ends_costs_its_rows_and_no_others(tmp_path: Path) -> None:
    head = "Date (UTC),Username,IP address,Status,Sign-in error code\n"
    row = "2026-11-20T10:00:00Z,ana,198.51.100.7,Success,0\n"
    found = read(tmp_path, head + row + '"' + row * 3)
    assert found.counts == (1, 0, 0, 1)
    assert found.unreadable[0]["at"] == "a.log:3"


def test_a_formula_in_a_cell_stays_text(tmp_path: Path) -> None:
    head = "Date (UTC),Username,IP address,Status,Sign-in error code\n"
    found = read(tmp_path, head + "2026-11-20T10:00:00Z,=cmd|' /C calc'!A0,198.51.100.7,Success,0\n")
    assert found.sign_ins[0]["user"] == "=cmd|' /C calc'!A0"


def test_what_is_kept_is_bounded_and_what_is_left_out_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MOST_SUMS", 5)
    lines = "".join(LINE.replace("[ana]", f"[ana{number}]") for number in range(8))
    records = read_files(source(tmp_path, lines + lines))
    assert records[0]["reading"]["left_out"] == 6
    assert sum("sign_in" in record for record in records) == 5


def test_files_of_one_gateway_are_summed_up_together(tmp_path: Path) -> None:
    files = [source(tmp_path, LINE, name=name, gateway="vpn1") for name in ("a.log", "b.log")]
    (found,) = [record["sign_in"] for record in read_files(*files) if "sign_in" in record]
    assert (found["gateway"], found["count"], found["file"]) == ("vpn1", 2, "a.log")


def test_files_of_one_entry_are_of_one_gateway_and_other_entries_of_others(tmp_path: Path) -> None:
    first, second, third = (source(tmp_path, LINE, name=f"{name}.log") for name in "abc")
    entry = replace(second, options=first.options)
    found = [record["file"]["gateway"] for record in read_files(first, entry, third) if "file" in record]
    assert found == ["openvpn", "openvpn", "openvpn 2"]


def told(folder: Path, content: str | bytes, **options: object) -> Read | None:
    try:
        return read(folder, content, **options)
    except ContentError:
        return None


WORDS = st.sampled_from(
    [LINE, OTHER, ASA, "{", "[", '"', ",", "\n", "\x00", "wg0\t", "A" * 43 + "=", "date=2026-11-20 time=10:00:00 logid=1 ",
     "devname=x ", 'subtype="vpn" action="tunnel-up" ', ",GLOBALPROTECT,", ",SYSTEM,globalprotect,", "<Event ", "</Event>",
     "<EventID>4624</EventID>", "SystemTime='", '{"userPrincipalName":', '"ipAddress":', "TITLE,OpenVPN\n", "CLIENT_LIST,",
     "HEADER,CLIENT_LIST,Common Name,Real Address\n", "TIME,x,9\n", "99/99/2026 99:99:99", "Date (UTC),Username,IP address\n"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.lists(st.one_of(WORDS, st.text(max_size=20)), max_size=12).map("".join)
    ),
    st.sampled_from(["", *FORMATS]),
)
def test_any_bytes_give_an_answer_or_a_clear_refusal(tmp_path: Path, content: str | bytes, form: str) -> None:
    encoded = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    found = told(tmp_path, encoded, **({"format": form} if form else {}), zone="UTC", year=2026)
    if found is not None:
        assert found.file["lines"] == sum(found.counts)
