"""The probes of `certificates` where `find` is missing, as in the smallest images of the Red Hat family."""

from pathlib import Path

import pytest

from tests.collectors import rooted
from tests.collectors.rooted import run, tree


@pytest.mark.parametrize("probe", ["certificates.files", "certificates.anchors"])
def test_without_find_it_is_not_known_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probe: str
) -> None:
    tree(tmp_path, {"etc/ssl/private/server.key": "", "usr/local/share/ca-certificates/x.crt": ""})
    monkeypatch.setattr(rooted, "_TOOLS", [tool for tool in rooted._TOOLS if tool != "find"])
    rooted._tools.cache_clear()
    try:
        answer = run(probe, tmp_path, path="/nonexistent")
    finally:
        rooted._tools.cache_clear()
    assert (answer.status, answer.stderr.strip()) == (12, "there is no find")
