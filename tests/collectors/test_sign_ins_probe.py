"""The probe of `sign_ins` on a machine whose SSH server is another one."""

from pathlib import Path

from igaudit.parse import sign_ins
from tests.collectors.rooted import run, tree
from tests.collectors.stand_ins import facts, programs

LINE = "2026-11-20T08:00:00+00:00 h dropbear[1]: Password auth succeeded for 'root' from 203.0.113.9:4242\n"


def test_the_log_of_dropbear_is_not_taken_for_silence(tmp_path: Path) -> None:
    tree(tmp_path, {"var/log/auth.log": LINE})
    answer = run("sign_ins.remote", tmp_path, path=programs(tmp_path, {"dropbear": ""}, "date"))
    assert "remote" in facts(sign_ins.remote, answer)["incomplete"]


def test_without_any_server_nothing_is_missing(tmp_path: Path) -> None:
    tree(tmp_path, {"var/log/auth.log": LINE})
    answer = run("sign_ins.remote", tmp_path, path=programs(tmp_path, {}, "date"))
    assert "remote" not in facts(sign_ins.remote, answer)["incomplete"]
