"""What is sent to Windows: it parses, and every command and every method in it is known only to read."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from igaudit.collect.windows_script import COMMAND, build_windows_script
from igaudit.content import Content
from igaudit.load.collectors import load_collectors
from igaudit.model.windows_steps import PROGRAMS, kind_of
from tests.collect.powershell_command import decoded

COLLECTORS = load_collectors(Content.of())
PROBES = [probe for item in COLLECTORS.values() for probe in item.probes if probe.platform == "windows"]
PRIMITIVES = next(Content.of().files("collectors", "primitives.ps1"))

# They write to the answer, shape what was read, or read. What is ours is defined in the file itself.
COMMANDS = {
    *("ConvertTo-Json", "ConvertFrom-Json", "Write-Output", "New-Object", "Join-Path", "Test-Path"),
    *("ForEach-Object", "Where-Object", "Select-Object", "Sort-Object", "Invoke-Expression"),
    *("Get-Culture", "Get-UICulture", "Get-Date", "Get-Item", "Get-ChildItem", "Get-CimInstance"),
    *("Get-WinEvent", "Get-SmbShare", "Get-SmbShareAccess", "Get-LocalUser"),
    *("Get-VpnConnection",),
}
# The parser takes a range for a command.
RANGES = {"1..10"}
# The file that secedit wrote is removed, and nothing else; a name in a variable is a step's `Get-` cmdlet;
# of the methods of a class, those that are called are held to be questions below.
EXCEPTIONS = {
    ("Read-SecurityPolicy", "Remove-Item"),
    ("Read-Cmdlet", "$name"),
    ("Read-VolumeMethod", "Invoke-CimMethod"),
    ("Read-ProtectorTypes", "Invoke-CimMethod"),
}
TYPES = {
    *("Collections.ArrayList", "Diagnostics.ProcessStartInfo", "IO.MemoryStream"),
    *("Security.Principal.NTAccount", "Security.Principal.SecurityIdentifier"),
    *("Security.Principal.WindowsPrincipal", "-ComObject"),
}


@cache
def parser() -> Parser:
    return Parser(Language(tree_sitter_powershell.language()))


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def text_of(node: Node | None) -> str:
    return (node.text or b"").decode() if node else ""


def parsed(text: str) -> Node:
    return parser().parse(text.encode()).root_node


def function_of(node: Node) -> str:
    while node.parent and node.type != "function_statement":
        node = node.parent
    return next((text_of(child) for child in node.children if child.type == "function_name"), "")


def commands(root: Node) -> Iterator[tuple[str, str]]:
    """Every command, with the function that it stands in."""
    for node in nodes(root):
        if node.type in ("command_name", "command_name_expr"):
            yield function_of(node), text_of(node)


def whole_script() -> str:
    script = build_windows_script(PRIMITIVES.read_text("utf-8"), PROBES, "ab" * 16)
    return script.text + script.then


@pytest.mark.parametrize("text", [PRIMITIVES.read_text("utf-8"), whole_script(), decoded(COMMAND)])
def test_it_parses(text: str) -> None:
    wrong = [node for node in nodes(parsed(text)) if node.type == "ERROR" or node.is_missing]
    assert not [(node.start_point, text_of(node)[:60]) for node in wrong]


def test_a_lost_brace_is_seen() -> None:
    text = PRIMITIVES.read_text("utf-8")
    assert parsed(text.replace("finally { $key.Close() }", "finally { $key.Close() ")).has_error


def test_it_is_plain_ascii() -> None:
    assert PRIMITIVES.read_text("utf-8").isascii()
    assert whole_script().isascii()


@pytest.mark.parametrize(
    "text", [PRIMITIVES.read_text("utf-8"), decoded(COMMAND)], ids=["script", "bootstrap"]
)
def test_every_command_only_reads(text: str) -> None:
    root = parsed(text)
    ours = {text_of(node) for node in nodes(root) if node.type == "function_name"}
    others = {(where, name) for where, name in commands(root) if name not in ours | COMMANDS | RANGES}
    assert others <= EXCEPTIONS


def test_methods_of_classes_are_questions() -> None:
    text = PRIMITIVES.read_text("utf-8")
    named = re.findall(r"-MethodName (\S+)|Read-VolumeMethod \$v (\S+)", text)
    assert {first or second for first, second in named} == {
        *("$method", "'GetKeyProtectors'", "'GetConversionStatus'", "'GetEncryptionMethod'")
    }


def test_a_command_that_writes_is_seen() -> None:
    found = set(commands(parsed("function Read-X { Set-ItemProperty -Path $p -Name 'x' -Value 1 }")))
    assert found == {("Read-X", "Set-ItemProperty")}


def test_every_object_made_is_known() -> None:
    made = [node for node in nodes(parsed(PRIMITIVES.read_text("utf-8"))) if node.type == "command"]
    words = [text_of(node).replace("(", " ").split() for node in made]
    types = {line[1] for line in words if line[0] == "New-Object"}
    assert types <= TYPES
    com = {line[2] for line in words if line[:2] == ["New-Object", "-ComObject"]}
    assert com <= {"'Microsoft.Update.Session'", "'Microsoft.Update.AutoUpdate'"}


def test_automatic_updates_is_asked_for_its_results_alone() -> None:
    """Its methods start searches, and stop them."""
    after = re.findall(r"'Microsoft\.Update\.AutoUpdate'\)([.\w]*)", PRIMITIVES.read_text("utf-8"))
    assert after == [".Results.LastSearchSuccessDate"]


@pytest.mark.parametrize(
    "method", ["Install", "Download", "Delete", "SetValue", "CreateSubKey", "Put", "SetInfo", "WriteAllBytes"]
)
def test_no_method_that_writes_is_called(method: str) -> None:
    calls = {text_of(n) for n in nodes(parsed(PRIMITIVES.read_text("utf-8"))) if n.type == "member_name"}
    assert not [call for call in calls if call.lower().startswith(method.lower())]


def test_times_are_written_alike_in_every_culture() -> None:
    """A Finnish Windows writes dots for colons, and a Thai one its own years, where none is named."""
    written = re.findall(r"\.ToString\('[^']*yyyy[^)]*\)", PRIMITIVES.read_text("utf-8"))
    assert written
    assert all("[Globalization.CultureInfo]::InvariantCulture" in call for call in written)


def test_an_answer_that_cannot_be_written_costs_no_other_step() -> None:
    sends = [
        line.strip() for line in PRIMITIVES.read_text("utf-8").splitlines() if "Send-Frame $step" in line
    ]
    assert [line.partition(" {")[0] for line in sends] == ["try", "catch"]


def test_updates_are_searched_offline() -> None:
    text = PRIMITIVES.read_text("utf-8")
    assert text.index("$searcher.Online = $false") < text.index("$searcher.Search(")


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_a_probe_that_writes_says_so(probe: object) -> None:
    reads = {step["read"] for step in probe.steps if kind_of(step) == "read"}  # type: ignore[attr-defined]
    assert ("security-policy" in reads) == bool(probe.writes)  # type: ignore[attr-defined]


def test_no_recovery_password_is_asked_for() -> None:
    text = whole_script().lower()
    for word in ("recoverypassword", "keyprotector)", "ms-mcs-admpwd", "mslaps-password", "win32_product"):
        assert word not in text


def test_programs_only_read() -> None:
    words = {word for _, arguments in PROGRAMS for word in arguments.lower().split()}
    assert not words & {"/set", "set", "add", "delete", "/resync", "/config", "/update", "/leave", "/join"}
