"""What the page about Windows tells its readers to type."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wsman.fixtures import PASSWORD, Services
from tests.wsman.windows import Windows

PAGE = (Path(__file__).parents[2] / "docs" / "windows.md").read_text("utf-8")
EXAMPLES = [
    line.strip()
    for block in re.findall(r"<!-- try -->\n```sh\n(.*?)```", PAGE, re.S)
    for line in block.replace("\\\n", " ").splitlines()
]
(INVENTORY,) = re.findall(r"<!-- file: windows.yaml -->\n```yaml\n(.*?)```", PAGE, re.S)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_of_the_page_runs(services: Services, tmp_path: Path, line: str) -> None:
    server = services.start(Windows())
    there = {
        r"TRUST\audit@srv1.trust.example": f"audit@localhost:{server.port}",
        "$(cat /run/secrets/audit)": PASSWORD,
    }
    for name, meant in there.items():
        line = line.replace(name, meant)
    if "PASSWORD" not in line:
        line = f"WARD_PASSWORD={shlex.quote(PASSWORD)} {line} --winrm-password-env WARD_PASSWORD"
    (tmp_path / "ca.pem").write_bytes(services.pki.ca.read_bytes())
    (tmp_path / "windows.yaml").write_text(reachable(INVENTORY, server.port), "utf-8")
    line = (
        line.replace("igaudit ", f"{sys.executable} -m igaudit ", 1)
        if line.startswith("igaudit")
        else (line.replace(" igaudit ", f" {sys.executable} -m igaudit ", 1))
    )
    done = subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    assert "unreachable" not in done.stderr


def reachable(inventory: str, port: int) -> str:
    """The inventory with all its targets at the test's service, signed in to as the test's account."""
    at_home = re.sub(r"address: [^,}]+", f"address: localhost, port: {port}", inventory)
    return re.sub(r"user: [^,}]+", "user: audit", at_home)


def test_commands_of_the_page_are_powershell_that_changes_what_it_says() -> None:
    parser = pytest.importorskip("tree_sitter_powershell")
    import tree_sitter

    language = tree_sitter.Language(parser.language())
    blocks = re.findall(r"```powershell\n(.*?)```", PAGE, re.S)
    assert len(blocks) == 3
    for block in blocks:
        tree = tree_sitter.Parser(language).parse(block.encode())
        assert not tree.root_node.has_error, block
