"""Settings of mail servers and databases that are legal and seldom seen."""

import os
import shutil
from pathlib import Path

import pytest

from igaudit.parse import exim, mysql, postfix, postgresql
from tests.collectors.rooted import run, tree
from tests.collectors.stand_ins import facts, programs
from tests.collectors.test_databases_probes import MARIADB, MYSQL, mysql_facts
from tests.collectors.test_mail_servers_probes import POSTCONF, by_service


def test_postfix_reads_yes_in_any_case(root: Path) -> None:
    loud = POSTCONF.replace("smtpd_sasl_auth_enable = no", "smtpd_sasl_auth_enable = YES")
    path = programs(tree(root, {}), {"postconf": loud})
    found = by_service(facts(postfix.settings, run("mail_servers.postfix", root, path=path))["postfix"])
    assert found["postfix smtp/inet"]["cleartext_sign_in"] is True


def test_postfix_variables_of_a_service_are_followed(root: Path) -> None:
    """`postconf -P` prints `$mine` as it stands, `postconf -xP` what it stands for."""
    text = POSTCONF.replace(
        "submission/inet/smtpd_tls_security_level = encrypt", "submission/inet/smtpd_tls_security_level = may"
    )
    path = programs(tree(root, {}), {"postconf": text})
    found = by_service(facts(postfix.settings, run("mail_servers.postfix", root, path=path))["postfix"])
    assert found["postfix submission/inet"]["requires_tls"] is False


def test_postfix_what_a_grade_means_to_one_service(root: Path) -> None:
    own = "submission/inet/tls_high_cipherlist = DHE+AESGCM"
    text = POSTCONF.replace("submission/inet/smtpd_sasl_path = hidden-word", own)
    path = programs(tree(root, {}), {"postconf": text}, "openssl")
    found = by_service(facts(postfix.settings, run("mail_servers.postfix", root, path=path))["postfix"])
    suites = found["postfix submission/inet"]["suites"]
    assert "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" in suites
    assert "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" not in suites


# What the real one does with settings that it cannot read, if it can: it writes to its log.
BROKEN_EXIM = """if [ -w {root}/var/log/exim4 ]; then echo broken >{root}/var/log/exim4/paniclog; fi
echo 'Exim version 4.96 #2 built 27-May-2026'; exit 1"""


@pytest.mark.skipif(os.geteuid() != 0, reason="another account can only be taken by root")
@pytest.mark.parametrize("tool", [True, False])
def test_exim_is_asked_without_the_right_to_write_its_log(root: Path, tool: bool) -> None:
    tree(root, {"var/log/exim4/": "", "etc/exim4/exim4.conf": "bogus"})
    (root / "var/log/exim4").chmod(0o750)
    real = [name for name in ("setpriv",) if tool and shutil.which(name)]
    path = programs(root, {"exim": BROKEN_EXIM.format(root=root)}, *real)
    assert run("mail_servers.exim", root, path=path).status == 12
    assert list((root / "var/log/exim4").iterdir()) == []


def test_exim_with_all_versions_taken_away_and_all_put_back() -> None:
    text = "igaudit-library GnuTLS\ntls_require_ciphers\tNORMAL:-VERS-ALL:+VERS-TLS-ALL\n"
    assert "versions" not in exim.settings(text)["exim"][0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("command", "read"),
    [
        ("{root}/usr/lib/postgresql/15/bin/postgres -D {root}/data -c config_file=/x", True),
        ("{root}/usr/lib/postgresql/15/bin/postgres -D /srv/data", False),
        ("postgres -D {root}/data --listen_addresses=192.0.2.1 --port=5432", False),
        ("postgres -D {root}/data -c listen_addresses=*", False),
        ("/usr/bin/other -D /srv/data", True),
    ],
)
def test_postgresql_that_runs_in_another_way(root: Path, command: str, read: bool) -> None:
    main = "etc/postgresql/15/main"
    words = command.format(root=root).replace(" ", "\0") + "\0"
    tree(root, {f"{main}/postgresql.conf": f"data_directory = '{root}/data'\n", "data/pg_hba.conf": ""})
    tree(root, {"proc/812/cmdline": words})
    found = facts(postgresql.settings, run("databases.postgresql", root, path=programs(root, {})))
    assert isinstance(found["postgresql"], list) is read


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("/usr/sbin/mysqld --basedir=/usr", True),
        ("/usr/sbin/mysqld --defaults-file=/srv/my.cnf", False),
        ("mariadbd --defaults-group-suffix=.second", False),
        ("/usr/bin/mysql --defaults-file=/srv/my.cnf", True),
    ],
)
def test_mysql_that_runs_with_another_file(root: Path, words: str, read: bool) -> None:
    tree(root, {"etc/my.cnf": "", "proc/812/cmdline": words.replace(" ", "\0") + "\0"})
    path = programs(root, {"mysqld": MYSQL.format(version="8.0.36")})
    found = facts(mysql.settings, run("databases.mysql", root, path=path))["mysql"]
    assert isinstance(found, list) is read


@pytest.mark.parametrize(
    ("line", "network", "encrypted", "method"),
    [
        ('host all all 0.0.0.0/0 "trust"', True, False, "trust"),
        ('"host" all all "0.0.0.0/0" md5', True, False, "md5"),
        ('hostssl "hidden word" "a,b" 10.0.0.0/8 "cert"', True, True, "cert"),
        ("host all all 127.0.0.1/0 trust", True, False, "trust"),
        ("host all all 127.0.0.1 0.0.0.0 trust", True, False, "trust"),
        ("host all all 127.0.0.1/7 trust", True, False, "trust"),
        ("host all all ::1/0 trust", True, False, "trust"),
        ("host all all 127.0.0.0/8 trust", False, False, "trust"),
        ("host all all 127.0.0.1 255.255.255.255 trust", False, False, "trust"),
        ("host all all ::1/128 trust", False, False, "trust"),
        ("host all all localhost trust", False, False, "trust"),
        ("host all all 127.0.0.1.example trust", True, False, "trust"),
    ],
)
def test_postgresql_rules(root: Path, line: str, network: bool, encrypted: bool, method: str) -> None:
    main = "etc/postgresql/15/main"
    hba = f"hba_file = '{root}/{main}/pg_hba.conf'\n"
    tree(root, {f"{main}/postgresql.conf": hba, f"{main}/pg_hba.conf": f"{line}\n"})
    answer = run("databases.postgresql", root, path=programs(root, {}))
    assert b"hidden" not in answer.stdout
    (rule,) = facts(postgresql.settings, answer)["postgresql_rules"]
    assert (rule["network"], rule["encrypted"], rule["method"]) == (network, encrypted, method)


@pytest.mark.parametrize(
    ("program", "network"),
    [(MARIADB.format(version="10.11.6"), True), (MYSQL.format(version="5.7.44"), False)],
)
def test_mariadb_takes_the_group_of_galera(root: Path, program: str, network: bool) -> None:
    files = {"etc/my.cnf": "[mysqld]\nbind-address=127.0.0.1\n[galera]\nbind-address=0.0.0.0\n"}
    assert mysql_facts(root, files, program)["network"] is network


@pytest.mark.parametrize(
    ("version", "options", "network"),
    [
        ("8.0.36", "", True),
        ("8.0.36", "mysqlx-bind-address=127.0.0.1", False),
        ("8.0.36", "mysqlx=0", False),
        ("8.0.36", "skip-mysqlx", False),
        ("8.0.36", "mysqlx=0\nadmin-address=192.0.2.1", True),
        ("8.0.36", "skip-networking", False),
        ("5.7.44", "", False),
    ],
)
def test_mysql_listens_for_its_x_protocol_too(root: Path, version: str, options: str, network: bool) -> None:
    files = {"etc/my.cnf": f"[mysqld]\nbind-address=127.0.0.1\n{options}\n"}
    assert mysql_facts(root, files, MYSQL.format(version=version))["network"] is network
