"""Conversations with real Windows machines, held again with ours: each answer must have the same form."""

import base64
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from tests.wsman.backends import never
from tests.wsman.names import DONE, RUNNING, tag
from tests.wsman.state import WsmanState

RECORDINGS = Path(__file__).parents[3] / "shared/samples/windows/pypsrp"
CASES = sorted(path.name for path in RECORDINGS.glob("test_winrs_*.yml"))
KEPT = {tag("s", "Value"), tag("rsp", "ExitCode"), tag("rsp", "Stream"), tag("a", "Action"), tag("a", "To")}
# What a machine says of itself, and the identifiers that it makes.
OWN = {"CommandId", "Machine"}

pytestmark = pytest.mark.skipif(not CASES, reason="the recordings are not here")


def form(xml: bytes | str) -> list[tuple[str, dict[str, str], str]]:
    """Each element with its place, its attributes and, where it is part of the form, its text."""
    found: list[tuple[str, dict[str, str], str]] = []

    def walk(element: ET.Element, path: str) -> None:
        if element.tag == tag("p", "ActivityId"):
            return  # newer builds add it, and no client reads it
        here = f"{path}/{element.tag}"
        attributes = {key: "" if key in OWN else value for key, value in element.attrib.items()}
        found.append((here, attributes, (element.text or "") if element.tag in KEPT else ""))
        for child in element:
            walk(child, here)

    walk(ET.fromstring(xml), "")
    return found


def messages(name: str) -> list[dict[str, str]]:
    """The requests and answers of one recording."""
    found: list[dict[str, str]] = yaml.safe_load((RECORDINGS / name).read_text("utf-8"))["messages"]
    return found


def names_in(xml: str) -> dict[str, str]:
    """The identifiers of shell and command that an answer gives."""
    root = ET.fromstring(xml)
    found = {"shell": root.findtext(f".//{tag('rsp', 'ShellId')}") or ""}
    found["command"] = root.findtext(f".//{tag('rsp', 'CommandId')}") or ""
    return {key: value for key, value in found.items() if value}


def put_out(state: WsmanState, answer: str) -> None:
    """Have our command say what the real one said before this answer."""
    root, command = ET.fromstring(answer), state.commands[-1]
    for stream in root.iter(tag("rsp", "Stream")):
        said = base64.b64decode(stream.text or "")
        command.write(**{stream.get("Name", ""): said})
    states = [element.get("State") for element in root.iter(tag("rsp", "CommandState"))]
    assert set(states) <= {DONE, RUNNING}
    if DONE in states:
        command.finish(rc=int(root.findtext(f".//{tag('rsp', 'ExitCode')}") or 0))


@pytest.mark.parametrize("name", CASES)
def test_our_answers_have_the_form_of_the_real_ones(name: str) -> None:
    state, ours = WsmanState(never), dict[str, str]()
    for message in messages(name):
        request, real = message["request"], message["response"]
        for theirs, mine in ours.items():
            request = request.replace(theirs, mine)
        if "/Receive<" in request:
            put_out(state, real)
        request = re.sub(r"OperationTimeout>PT\d+S<", "OperationTimeout>PT0.05S<", request)
        status, said = state.handle(
            request.encode(), "vagrant", "192.168.56.1", "http://192.168.56.11:5985/wsman"
        )
        assert form(said) == form(real)
        assert (status == 500) is (b"<s:Fault>" in said)
        recorded, mine_now = names_in(real), names_in(said.decode())
        ours |= {recorded[key]: mine_now[key] for key in recorded}
    assert not state.shells
    state.close()
