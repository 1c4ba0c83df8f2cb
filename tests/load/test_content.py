"""Content that is wrong: every problem at once, with file, line, and a near miss."""

from dataclasses import replace
from pathlib import Path

import pytest

from igaudit.content import Content
from igaudit.errors import ContentError, UsageError
from igaudit.lint import lint_policy, lint_settings
from igaudit.load import load_content
from igaudit.load.cases import load_cases
from igaudit.load.policies import load_policy
from igaudit.load.profiles import load_profiles
from igaudit.load.targets import load_inventory, parse_target
from igaudit.load.waivers import load_attestations, load_waivers
from igaudit.model.collector import Catalogue

LIBRARY = load_content()
TYPES = Catalogue.of(LIBRARY.collectors).types
HEAD = """policy: mine
title: t
owner: o
source: {document: d, edition: e}
"""


def policy_file(folder: Path, checks: str, parameters: str = "") -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"{HEAD}{parameters}checks:\n{checks}", "utf-8")
    return path


def check(body: str, slug: str = "one") -> str:
    return f"  - id: mine.{slug}\n    title: t\n    severity: low\n    remedy: r\n    {body}\n"


def problems(folder: Path, checks: str, parameters: str = "") -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_policy(policy_file(folder, checks, parameters), LIBRARY.lists, "mine.yaml")
    return str(caught.value).splitlines()


def lint(folder: Path, body: str, parameters: str = "") -> list[str]:
    policy = load_policy(policy_file(folder, check(body), parameters), LIBRARY.lists, "mine.yaml")
    found = lint_policy(policy, None, LIBRARY.collectors, TYPES)
    return [str(problem) for problem in found if "no cases" not in problem.message]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("expekt: {a.b: 1}", "mine.yaml:10: unknown key `expekt` (did you mean `expect`?)"),
        (
            "expect: {sshd.kex: {subset: [a]}}",
            "mine.yaml:10: unknown key `subset` (did you mean `subset_of`?)",
        ),
        ("severity_: low", "unknown key `severity_` (did you mean `severity`?)"),
        ("expect: {os.id: a}\n    all: [{expect: {os.id: a}}]", "put them as parts under one `all` or `any`"),
        ("why: x", "nothing is expected here: add one of `expect`, `all`, `any`"),
        ("where: {a: 1}\n    expect: {os.id: a}", "`where` selects records of a list: it needs `for_each`"),
        (
            "attest: {by: a, valid_for: 1 day, statement: s}\n    expect: {os.id: a}",
            "a check with `attest` rests on a person's word alone: take out `expect`",
        ),
        ("expect: {os.id: a}\n    applies_to: {fact: os.id}", "unknown key `fact`"),
    ],
)
def test_a_misspelt_or_mixed_check_is_refused(tmp_path: Path, body: str, message: str) -> None:
    assert any(message in line for line in problems(tmp_path, check(body)))


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    two = check("expekt: {a.b: 1}") + check("severity_: high\n    expect: {a: 1}", "two")
    assert len(problems(tmp_path, two)) == 2


def test_an_id_that_stands_twice_names_both_lines(tmp_path: Path) -> None:
    twice = check("expect: {os.id: a}") * 2
    assert problems(tmp_path, twice) == ["mine.yaml:11: the id `mine.one` stands on line 6 too"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            "parameters: {p: {type: duration, default: soon, title: t}}\n",
            "`soon` is no duration: write for example 14 days",
        ),
        (
            "parameters: {p: {from: ssh-algoritms, kind: kex, class: [a], title: t}}\n",
            "no list `ssh-algoritms` (did you mean",
        ),
        (
            "parameters: {p: {from: ssh-algorithms, kind: kexx, class: [a], title: t}}\n",
            "`ssh-algorithms` has no such rows",
        ),
    ],
)
def test_a_parameter_without_a_value_is_refused(tmp_path: Path, parameters: str, message: str) -> None:
    assert any(message in line for line in problems(tmp_path, check("expect: {os.id: a}"), parameters))


PRESENT = "applies_to: {present: sshd}\n    "


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            PRESENT + "expect: {sshd.cipher: a}",
            "mine.yaml:11: one: no fact `sshd.cipher` (did you mean `sshd.ciphers`?)",
        ),
        (
            PRESENT + "expect: {sshd.max_auth_tries: {subset_of: [1]}}",
            "`subset_of` does not fit `sshd.max_auth_tries`, which is an integer",
        ),
        (PRESENT + "expect: {sshd.kex: {subset_of: $kexx}}", "no parameter `$kexx`"),
        (PRESENT + "expect: {sshd.use_pam: 'yes'}", "is a boolean, and `yes` is none"),
        (PRESENT + "expect: {sshd.max_auth_tries: {at_most: '4'}}", "is an integer, and `4` is none"),
        ("expect: {os.booted_at: {one_of: [soon]}}", "`soon` is no time"),
        (PRESENT + "expect: {sshd.log_level: {matches: '['}}", "is no regular expression"),
        (PRESENT + "expect: {sshd.max_auth_tries: null}", "can never be null"),
        (
            PRESENT + "expect: {sshd.max_auth_tries: {present: true}}",
            "can never be null, so `present` tells nothing",
        ),
        (PRESENT + "expect: {sshd.log_level: {matches: '(a+)+b'}}", "repeats a group (`)+`)"),
        ("expect: {os.kernel: {version_at_least: 6}}", "is text, and `6` is none"),
        ("expect: {os.id: {differs_from: os.kernle}}", "no fact `os.kernle` (did you mean `os.kernel`?)"),
        ("expect: {os.booted_at: {within_last: soon}}", "`soon` is no duration"),
        ("expect: {os.booted_at: {before: now}}", "`now` is no date"),
        (
            "for_each: os.id_like\n    expect: {a: 1}",
            "`for_each` needs a list of records, but `os.id_like` is a list",
        ),
        ("for_each: os.idd\n    expect: {a: 1}", "no fact `os.idd`"),
        (
            "expect: {sshd.use_pam: true}",
            "`sshd` may be absent (no OpenSSH server is installed): add `applies_to: {present: sshd}`",
        ),
        (
            "applies_to: {present: sshdd}\n    expect: {os.id: a}",
            "no collector `sshdd` (did you mean `sshd`?)",
        ),
        (
            "expect: {os.id_like: {count: {matches: a}}}",
            "`count` takes a matcher for a number, not `matches`",
        ),
    ],
)
def test_lint_finds_it_before_any_target_is_touched(tmp_path: Path, body: str, message: str) -> None:
    assert any(message in line for line in lint(tmp_path, body)), lint(tmp_path, body)


def test_a_value_that_can_never_come_is_found(tmp_path: Path) -> None:
    types = {name: kind for name, kind in TYPES.items() if kind.one_of}
    path, kind = next(iter(types.items()))
    assert "[]" in path or any(
        f"it is one of {', '.join(kind.one_of)}" in line
        for line in lint(tmp_path, f"expect: {{{path}: nonsense}}")
    )


def test_a_parameter_that_no_check_reads_is_found(tmp_path: Path) -> None:
    unused = "parameters: {p: {type: integer, default: 1, title: t}}\n"
    assert lint(tmp_path, "expect: {os.id: a}", unused) == [
        "mine.yaml: the parameter `p` is used by no check"
    ]


def test_cases_must_speak_of_facts_that_there_are(tmp_path: Path) -> None:
    policy = load_policy(policy_file(tmp_path, check("expect: {os.id: a}")), {}, "mine.yaml")
    path = tmp_path / "mine.test.yaml"
    path.write_text(
        'policy: mine\nas_of: "2026-11-22"\nbase: {os: {idd: a}, oss: {}}\ncases: {mine.two: {pass: [{}]}}\n'
    )
    found = [str(p) for p in lint_policy(policy, load_cases(path, "t.yaml"), LIBRARY.collectors, TYPES)]
    for message in (
        "mine.one has no case that is pass",
        "mine.one has no case that is fail",
        "cases for `mine.two`, which the policy does not have",
        "base: no fact `os.idd` (did you mean `os.id`?)",
        "base: no collector `oss` (did you mean `os`?)",
    ):
        assert any(message in line for line in found)


def test_the_problems_of_many_files_come_at_once(tmp_path: Path) -> None:
    for name in ("aa", "bb"):
        (tmp_path / "policies").mkdir(exist_ok=True)
        (tmp_path / "policies" / f"{name}.yaml").write_text("policy: !x y\n")
    with pytest.raises(ContentError) as caught:
        load_content(Content.of(tmp_path))
    assert {problem.path for problem in caught.value.problems} == {"policies/aa.yaml", "policies/bb.yaml"}


def profiles(folder: Path, **texts: str) -> str:
    (folder / "policies" / "profiles").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "policies" / "profiles" / f"{name}.yaml").write_text(f"profile: {name}\ntitle: t\n{text}\n")
    with pytest.raises(ContentError) as caught:
        load_profiles(Content((folder,)), LIBRARY.policies)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: serverr", "no profile `serverr`"),
        ("extends: one", "extends itself"),
        ("policies: [cryptograhpy]", "no policy `cryptograhpy` (did you mean `cryptography`?)"),
        ("set: {cryptography.ssh_kex: {loosened: {value: [a]}}}", "`approver` is missing"),
        ("set: {cryptography.ssh_kex: {looser: [a]}}", "unknown key `looser`"),
        (
            "set: {cryptography.ssh_kex: {loosened: {value: [], reason: r, approver: a, until: 2026-02-30}}}",
            "`2026-02-30` is no day of the calendar",
        ),
        ("set: {cryptography.ssh_kexx: [a]}", "no parameter `cryptography.ssh_kexx` (did you mean"),
        (
            "leave_out: [{check: cryptography.ssh-key-exchang, reason: r}]",
            "did you mean `cryptography.ssh-key-exchange`?",
        ),
    ],
)
def test_a_profile_of_things_unknown_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in profiles(tmp_path, one=text)


def test_lists_of_a_profile_replace_those_of_its_parent(tmp_path: Path) -> None:
    folder = tmp_path / "policies" / "profiles"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(
        "profile: a\ntitle: t\npolicies: [cryptography]\nset: {cryptography.ssh_kex: [x]}\n"
    )
    (folder / "b.yaml").write_text("profile: b\ntitle: t\nextends: a\nset: {cryptography.ssh_kex: [y]}\n")
    (folder / "c.yaml").write_text("profile: c\ntitle: t\nextends: b\n")
    found = load_profiles(Content((tmp_path,)), LIBRARY.policies)
    assert found["c"].settings == {"cryptography.ssh_kex": ["y"]}
    assert (found["c"].policies, found["c"].origins) == (("cryptography",), {"cryptography.ssh_kex": "b"})


@pytest.mark.parametrize(
    ("text", "name", "port", "user"),
    [
        ("db1.example", "db1.example", 0, ""),
        ("audit@db1", "db1", 0, "audit"),
        ("ssh://Audit@DB1:2222", "DB1", 2222, "Audit"),
        ("ssh://[::1]:22", "::1", 22, ""),
        ("::1", "::1", 0, ""),
        ("a@fe80::1", "fe80::1", 0, "a"),
    ],
)
def test_targets_of_the_command_line(text: str, name: str, port: int, user: str) -> None:
    target = parse_target(text)
    assert (target.name, target.port, target.user, target.transport) == (name, port, user, "ssh")


@pytest.mark.parametrize(
    "text",
    ["a b", "-oProxyCommand=x", "a'b", 'a"b', "ssh://a;b", "ssh://", "", "ssh://u:secret@a", "ssh://a/x", "ssh://a:x",
     "shs://a", "-a@b", "a@-b", "ssh://a%20b", "a\nb", "a\x1b[0m"],
)  # fmt: skip
def test_a_target_that_no_target_can_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text)


def test_an_inventory_gives_its_targets_with_what_holds_for_all(tmp_path: Path) -> None:
    path = tmp_path / "i.yaml"
    path.write_text("""inventory: mine
defaults: {user: audit, tags: [x]}
targets:
  a:
  b: {address: 10.0.0.1, port: 2222, roles: [db]}
""")
    first, second = load_inventory(path)
    assert (first.name, first.address, first.user, first.tags) == ("a", "a", "audit", ("x",))
    assert (second.address, second.port, second.roles) == ("10.0.0.1", 2222, ("db",))


def test_an_inventory_names_every_wrong_target(tmp_path: Path) -> None:
    path = tmp_path / "i.yaml"
    path.write_text('inventory: mine\ntargets:\n  "a b":\n  "-c":\n  d: {prot: 1}\n')
    with pytest.raises(ContentError, match="unknown key `prot`"):
        load_inventory(path)
    path.write_text('inventory: mine\ntargets:\n  "a b":\n  "-c":\n')
    with pytest.raises(ContentError) as caught:
        load_inventory(path)
    assert [problem.line for problem in caught.value.problems] == [3, 4]


def test_a_waiver_without_approver_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text('waivers:\n  - {check: a.b, target: x, reason: r, risk: r, until: "2026-12-01"}\n')
    with pytest.raises(ContentError, match=r"w.yaml:2: `approver` is missing"):
        load_waivers(path)


def test_a_statement_of_a_day_that_never_was_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    word = "{check: a.b, target: x, by: A, role: R, date: 2026-02-30, statement: s}"
    path.write_text(f"attestations:\n  - {word}\n")
    with pytest.raises(ContentError, match=r"a.yaml:2: `2026-02-30` is no day of the calendar"):
        load_attestations(path)


@pytest.mark.parametrize(
    ("limit", "message"),
    [("{at_most: soon}", "`soon` is no duration"), ("{atmost: 3 days}", "no matcher `atmost`")],
)
def test_a_limit_that_nothing_can_be_held_against_is_found(tmp_path: Path, limit: str, message: str) -> None:
    parameters = f"parameters:\n  d: {{type: duration, default: 3 days, limit: {limit}, title: t}}\n"
    found = lint(tmp_path, "expect: {os.booted_at: {within_last: $d}}", parameters)
    assert any(f"the limit of `d`: {message}" in line for line in found), found


def test_a_setting_that_its_fact_can_never_be_is_found(tmp_path: Path) -> None:
    profile = replace(LIBRARY.profiles["server"], settings={"mine.kernels": [1]})
    parameters = "parameters:\n  kernels: {type: list, default: [a], title: t}\n"
    path = policy_file(tmp_path, check("expect: {os.kernel: {one_of: $kernels}}"), parameters)
    policy = load_policy(path, LIBRARY.lists, "mine.yaml")
    (found,) = lint_settings(profile, [policy], TYPES)
    assert "mine.kernels: is text, and `1` is none" in str(found)
