"""The shapes that names and numbers are put into before they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.shapes import Misshapen, shaped

FORMS = ("", "serial", "mac", "host", "country", "lower", "upper", "seconds")


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("serial", " 5cg 1234 xyz ", "5CG1234XYZ"),
        ("mac", "00-16-3E-0A-0B-0C", "00:16:3e:0a:0b:0c"),
        ("mac", "0016.3e0a.0b0c", "00:16:3e:0a:0b:0c"),
        ("mac", "00163E0A0B0C", "00:16:3e:0a:0b:0c"),
        ("host", "WEB1.Example.NHS.uk.", "web1.example.nhs.uk"),
        ("country", "gb", "GB"),
        ("country", "UK", "GB"),
        ("country", "EL", "GR"),
        ("seconds", "900", "900"),
        ("seconds", "00:15:00", "900"),
        ("seconds", "1.00:15:00.0000000", "87300"),
        ("seconds", "01:30", "5400"),
        ("seconds", "PT15M", "900"),
        ("seconds", "P1DT1S", "86401"),
    ],
)
def test_shapes(form: str, text: str, value: str) -> None:
    assert shaped(form, text) == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("serial", "1.23457E+11"),
        ("serial", "1,5e10"),
        ("mac", "00:16:3e"),
        ("mac", "zz:16:3e:0a:0b:0c"),
        ("country", "France"),
        ("country", "F"),
        ("seconds", "PT"),
        ("seconds", "a while"),
    ],
)
def test_what_has_another_shape_is_refused(form: str, text: str) -> None:
    with pytest.raises(Misshapen):
        shaped(form, text)


def test_a_serial_number_may_look_like_an_exponent_in_part() -> None:
    assert shaped("serial", "5E1234X") == "5E1234X"


@given(st.sampled_from(FORMS), st.text(max_size=40))
def test_a_shape_stays_what_it_is(form: str, text: str) -> None:
    try:
        once = shaped(form, text)
    except Misshapen:
        return
    assert shaped(form, once) == once
