"""CONTRIBUTING.md's walks, taken as they stand."""

import json
import re
import shlex
import socket
import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from igaudit.collect.readers.logs.clock import Clock
from igaudit.collect.readers.logs.event import FAILURE, OTHER, SIGN_IN, UNREADABLE
from igaudit.collect.transport import Limits
from igaudit.collect.windows_script import build_windows_script
from igaudit.content import Content
from igaudit.errors import ContentError, Unreachable
from igaudit.feeds.source import Document
from igaudit.load import load_content
from igaudit.load.cases import load_all_cases
from igaudit.load.collectors import load_collectors
from igaudit.model.collector import Catalogue
from igaudit.model.facts import Unread
from igaudit.model.target import Service, Target
from igaudit.parse.snapshot import parser_of
from igaudit.parse.windows.steps import read_steps
from igaudit.proof.cases import CaseRunner
from igaudit.proof.mutate import survivors
from igaudit.proof.never_pass import false_passes

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site's own content, made of the files that the page shows."""
    for name, text in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", TEXT, re.S):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_check_is_linted_tested_and_scanned(site: Path) -> None:
    (commands,) = re.findall(r"ask whether all is well:\n\n```sh\n(.*?)```", TEXT, re.S)
    for line in commands.splitlines():
        done = igaudit(site, *line.split()[1:])
        assert done.returncode in ((0, 3, 4) if "scan" in line else (0,)), done.stderr


def test_its_cases_come_out_as_they_say(site: Path) -> None:
    done = igaudit(site, "policy", "test", "ward", "--content", ".")
    assert done.stdout == "4 cases, all as they should be\n"


def test_the_collector_gives_its_fact(site: Path) -> None:
    done = igaudit(site, "facts", "local", "--group", "timezone", "--content", ".")
    assert '"timezone"' in done.stdout
    assert done.returncode == 0


def test_samples_of_the_collector_can_be_recorded_alone(site: Path) -> None:
    (line,) = re.findall(r"^igaudit (collect local .*)$", TEXT, re.M)
    done = igaudit(site, *line.split())
    written = sorted(str(path.relative_to(site)) for path in site.glob("collectors/*/samples/*"))
    names = [f"collectors/timezone/samples/debian-12.{suffix}" for suffix in ("json", "txt")]
    assert written == names, done.stderr


def test_the_probe_for_windows_is_sent_and_its_answer_read(site: Path) -> None:
    collector = load_collectors(Content.of(site))["kiosk"]
    (probe,) = collector.probes
    script = build_windows_script("", [probe], "ab" * 16).text
    assert "DisableTaskMgr" in script
    key = {"state": "ok", "data": {"values": {"DisableTaskMgr": {"kind": "DWord", "data": 1}}}}
    parser = parser_of(probe)
    assert parser(read_steps("{}", json.dumps({"task_manager_off": key}))) == {"task_manager_off": 1}
    assert parser(read_steps("{}", '{"task_manager_off": {"state": "absent"}}')) == {"task_manager_off": None}
    denied = parser(read_steps("{}", '{"task_manager_off": {"state": "denied"}}'))["task_manager_off"]
    assert isinstance(denied, Unread)


def test_the_parser_of_its_own_reads_a_key_and_a_class() -> None:
    settings = module_of("parse/windows/kiosk.py").settings
    system = {"state": "ok", "data": [{"Model": "K-1"}]}
    steps = {"machine": {"state": "absent"}, "system": system}
    assert settings(read_steps("{}", json.dumps(steps))) == {"locked": False, "model": "K-1"}
    steps = {"machine": {"state": "denied"}, "system": {"state": "ok", "data": [{}]}}
    said = settings(read_steps("{}", json.dumps(steps)))
    assert [gap.reason for gap in said.values()] == ["denied", "unparsable"]


def test_a_sample_is_made_of_answers_written_by_hand(site: Path) -> None:
    (line,) = re.findall(r"^\S+/python (-m scripts\.windows_sample .*)$", TEXT, re.M)
    arguments = [str(site / word) if (site / word).exists() else word for word in line.split()]
    arguments[2] = "kiosk"
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["facts"] == {"task_manager_off": 1}, done.stderr
    sample = site / "collectors" / "kiosk" / "samples" / "windows-11.txt"
    facts = igaudit(site, "facts", f"replay:{sample}", "--group", "kiosk", "--content", ".")
    assert json.loads(facts.stdout)["groups"]["kiosk"]["facts"] == {"task_manager_off": 1}


def test_answers_to_other_steps_make_no_sample(site: Path) -> None:
    (site / "kiosk.json").write_text('{"settings.task_manager": {"state": "absent"}}')
    names = ["kiosk", "windows-11", str(site / "kiosk.json"), "--out", str(site / "collectors")]
    command = [sys.executable, "-m", "scripts.windows_sample", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "no step `settings.task_manager` (did you mean `settings.task_manager_off`?)" in done.stderr
    assert not (site / "collectors" / "kiosk" / "samples").exists()


def module_of(name: str) -> Any:
    """The module of this name that the page shows."""
    (text,) = re.findall(rf"<!-- module: igaudit/{name} -->\n```python\n(.*?)```", TEXT, re.S)
    module = types.ModuleType(Path(name).stem)
    exec(compile(text, name, "exec"), module.__dict__)
    return module


def commands_after(words: str) -> list[list[str]]:
    """The arguments of each line of the first block of commands after `words`."""
    (_, _, rest) = TEXT.partition(words)
    block = re.search(r"```sh\n(.*?)```", rest, re.S)
    assert block
    return [shlex.split(line)[1:] for line in block[1].splitlines()]


def test_the_register_is_read_linted_tested_scanned_and_recorded(site: Path) -> None:
    said = {}
    for arguments in commands_after("Try it on a file"):
        done = igaudit(site, *arguments)
        wanted = 3 if arguments[:2] == ["register", "check"] else 0
        assert done.returncode in ((3, 4) if arguments[0] == "scan" else (wanted,)), done.stderr
        said[" ".join(arguments[:2])] = done.stdout
    assert "training.csv:3: passed_on: `soon`" in said["register check"]
    assert said["policy test"] == "9 cases, all as they should be\n"
    assert (site / "collectors" / "training" / "samples" / "odd.json").is_file()


def test_no_mutant_of_the_walks_survives_and_none_passes_unread(site: Path) -> None:
    content = Content.of(site)
    library, cases = load_content(content), load_all_cases(content)
    for name in ("ward", "people"):
        catalogue = Catalogue.of(library.collectors)
        runner = CaseRunner(library.policies[name], cases[name], catalogue, library.lists)
        assert [f"{mutant.check.id}: {mutant.change}" for mutant in survivors(runner)] == []
        assert list(false_passes(runner)) == []


def test_the_log_gives_its_sign_ins() -> None:
    said = [
        "login user=ana from=198.51.100.7",
        "refused user=eve from=198.51.100.8",
        "logout user=ana from=-",
    ]
    lines = [f"2026-11-20 18:08:5{number} {line}" for number, line in enumerate(said)]
    lines += ["2026-11-31 18:08:59 login user=ana from=198.51.100.7", "nonsense"]
    events = module_of("collect/readers/logs/portal.py").events(enumerate(lines), Clock(UTC, None, None))
    found = [(event.kind, event.user, event.address) for event in events]
    assert found[0] == (SIGN_IN, "ana", "198.51.100.7")
    assert [kind for kind, _, _ in found[1:]] == [FAILURE, OTHER, UNREADABLE, UNREADABLE]


def test_the_feed_takes_its_list_and_nothing_else() -> None:
    normalise = module_of("feeds/withdrawn.py").normalise
    text = b'{"updated": "2026-11-20", "products": [{"name": "a", "withdrawn": "2026-01-01"}]}'
    reading = normalise([Document("x", text)], {})
    assert (reading.published, reading.data) == ("2026-11-20", {"products": {"a": "2026-01-01"}})
    for other in (b"{}", b"<html>", b'{"products": [{"name": "a"}]}'):
        with pytest.raises(ContentError):
            normalise([Document("x", other)], {})


def test_the_question_is_put_to_a_service() -> None:
    look = module_of("collect/network/greeting.py").look
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        target, service = Target("a", "network", "127.0.0.1"), Service("smtp", port)
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(look, target, service, Limits(connect=5.0))
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"220 mail.example \x1b[31mESMTP\r\n")
            assert asked.result()["greeting"].startswith("220 mail.example")
            assert "\x1b" not in asked.result()["greeting"]
    with pytest.raises(Unreachable):
        look(target, service, Limits(connect=5.0))


def test_the_format_renders() -> None:
    module = module_of("report/oneline.py")
    request = types.SimpleNamespace(assessment=types.SimpleNamespace(totals={"net": {"fail": 3}}))
    assert module.render(request) == "3 failed\n"
