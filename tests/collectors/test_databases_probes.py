"""Settings of PostgreSQL, MySQL, MariaDB and OpenLDAP, read by real shells over a tree."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import mysql, openldap, postgresql
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

MAIN = "etc/postgresql/15/main"
MARIADB = "echo 'mariadbd  Ver {version}-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)'"
MYSQL = "echo '/usr/sbin/mysqld  Ver {version} for Linux on x86_64 ((Ubuntu))'"


def cluster(root: Path, conf: str, shell: str = "sh") -> dict[str, Any]:
    files = {
        f"{MAIN}/postgresql.conf": f"data_directory = '{root}/var/lib/postgresql/15/main' # here\n{conf}",
        "var/lib/postgresql/15/main/pg_hba.conf": "",
    }
    path = programs(tree(root, files), {}, "openssl")
    return facts(postgresql.settings, run("databases.postgresql", root, shell, path=path))


@pytest.mark.parametrize("shell", SHELLS)
def test_the_last_setting_wins_wherever_it_stands(root: Path, shell: str) -> None:
    auto = "# Do not edit\nssl_min_protocol_version = 'TLSv1.1'\nprimary_conninfo = 'password=hidden-word'\n"
    tree(root, {"var/lib/postgresql/15/main/postgresql.auto.conf": auto})
    conf = "SSL on\nssl_ciphers='ECDHE+AESGCM'\ninclude_if_exists = 'none.conf'\n"
    (server,) = cluster(root, conf, shell=shell)["postgresql"]
    assert server["tls"] is True
    assert server["versions"] == ["TLSv1.1", "TLSv1.2", "TLSv1.3"]
    assert "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" in server["suites"]
    assert not any("CBC" in suite for suite in server["suites"])


def test_files_of_a_folder_come_in_its_place(root: Path) -> None:
    tree(root, {f"{MAIN}/conf.d/a.conf": "ssl = off\nlisten_addresses = '*'\n"})
    (server,) = cluster(root, "ssl = on\ninclude_dir = 'conf.d'\npassword_encryption = md5\n")["postgresql"]
    assert (server["tls"], server["network"], server["password_encryption"]) == (False, True, "md5")


def test_rules_without_databases_and_accounts(root: Path) -> None:
    hba = """# a comment
local   all   "hidden-word x"              peer
host    db, hidden-word   all  127.0.0.1/32   scram-sha-256
host    all   all   10.0.0.0  255.0.0.0    md5
hostssl all   all   0.0.0.0/0              cert map=hidden-word
hostnossl all all   samehost               trust
host    all   all   db.example.org         reject
"""
    files = {
        f"{MAIN}/postgresql.conf": f"hba_file = '{root}/{MAIN}/pg_hba.conf'\n",
        f"{MAIN}/pg_hba.conf": hba,
    }
    answer = run("databases.postgresql", tree(root, files), path=programs(root, {}))
    assert "hidden-word" not in "\n".join(said(answer))
    found = facts(postgresql.settings, answer)
    rules = [
        (r["rule"].rpartition(":")[2], r["network"], r["encrypted"], r["method"])
        for r in found["postgresql_rules"]
    ]
    assert rules == [
        ("2", False, False, "peer"),
        ("3", False, False, "scram-sha-256"),
        ("4", True, False, "md5"),
        ("5", True, True, "cert"),
        ("6", False, False, "trust"),
        ("7", True, False, "reject"),
    ]
    assert found["postgresql"][0]["requires_tls"] is False


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
@pytest.mark.parametrize("closed", ["etc/postgresql/15/main", "var/lib/postgresql/15/main"])
def test_what_was_denied_leaves_all_open(root: Path, closed: str) -> None:
    conf = f"data_directory = '{root}/var/lib/postgresql/15/main'\nssl = on\n"
    tree(root, {f"{MAIN}/postgresql.conf": conf, "var/lib/postgresql/15/main/pg_hba.conf": ""})
    (root / closed).chmod(0o700)
    answer = run("databases.postgresql", root, user="nobody", path=programs(root, {}))
    if answer.status == 0:
        assert facts(postgresql.settings, answer)["postgresql"].detail.endswith("cannot be read")
    else:
        assert answer.status == 11


def test_a_program_without_a_cluster_and_no_program(root: Path) -> None:
    assert run("databases.postgresql", tree(root, {}), path=programs(root, {})).status == 10
    tree(root, {"usr/lib/postgresql/15/bin/postgres": ""})
    assert run("databases.postgresql", root, path=programs(root, {})).status == 12


def mysql_facts(root: Path, files: dict[str, str], program: str, shell: str = "sh") -> dict[str, Any]:
    path = programs(tree(root, files), {"mysqld": program}, "openssl")
    (found,) = facts(mysql.settings, run("databases.mysql", root, shell, path=path))["mysql"]
    return dict(found)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_servers_groups_alone_count(root: Path, shell: str) -> None:
    files = {
        "etc/my.cnf": "[client]\nssl-cipher=NULL\n[mysqld]\ntls-version = TLSv1.1\n"
        f"!includedir {root}/etc/my.cnf.d\n",
        "etc/my.cnf.d/a.cnf": "[mariadb]\ntls_version='TLSv1.2,TLSv1.3'\nssl-cert=/a.pem\n"
        "password=hidden-word\n",
        "etc/my.cnf.d/b.cnf": "[mariadb-10.11]\nrequire-secure-transport\nssl-cipher = ECDHE+AESGCM # x\n",
        "etc/my.cnf.d/c.txt": "[mysqld]\nskip-ssl\n",
        "etc/my.cnf.d/d.cnf": "[mariadb-10.5]\nskip-ssl\n[mysqld]\nbind-address = 127.0.0.1\n",
    }
    found = mysql_facts(root, files, MARIADB.format(version="10.11.6"), shell)
    assert found["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert (found["tls"], found["requires_tls"], found["network"]) == (True, True, False)
    assert "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" in found["suites"]


def test_mysql_makes_its_own_certificate(root: Path) -> None:
    files = {"etc/my.cnf": "[mysqld]\n", "var/lib/mysql/server-cert.pem": "x"}
    found = mysql_facts(root, files, MYSQL.format(version="8.0.39-0ubuntu0.22.04.1"))
    assert (found["tls"], found["network"], found["requires_tls"]) == (True, True, False)
    assert found["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert found["ciphers"] is None


def test_what_was_set_for_good_wins(root: Path) -> None:
    auto = """{"Version": 2, "mysql_dynamic_variables": {"tls_version": {"Value": "TLSv1.2", "Metadata": {}},
"require_secure_transport": {"Value": "ON"}, "init_connect": {"Value": "hidden-word"}}}"""
    files = {"etc/my.cnf": "[mysqld]\ntls_version=TLSv1.1\n", "var/lib/mysql/mysqld-auto.cnf": auto}
    found = mysql_facts(root, files, MYSQL.format(version="8.0.39"))
    assert (found["versions"], found["requires_tls"]) == (["TLSv1.2"], True)
    assert found["tls"] is False


def test_no_mysql(root: Path) -> None:
    assert run("databases.mysql", tree(root, {}), path=programs(root, {})).status == 10


def test_openldap_by_its_ldif_and_its_old_file(root: Path) -> None:
    slapd = programs(root, {"slapd": "touch /ran"})
    tree(root, {"usr/lib/x86_64-linux-gnu/libldap-2.5.so.0": ""})
    ldif = (
        "dn: cn=config\nolcTLSProtocolMin: 3\n .3\nolcTLSCertificateFile:: L2EucGVt\nolcRootPW: hidden-word\n"
    )
    tree(root, {"etc/ldap/slapd.d/cn=config.ldif": ldif + "olcSecurity: ssf=128\n"})
    tree(root, {"etc/default/slapd": 'SLAPD_SERVICES="ldap://127.0.0.1/ ldapi:///"\n'})
    answer = run("databases.openldap", root, path=slapd)
    assert "hidden-word" not in "\n".join(said(answer))
    (found,) = facts(openldap.settings, answer)["openldap"]
    assert found == {
        "service": "openldap",
        "file": "/etc/ldap/slapd.d/cn=config.ldif",
        "network": False,
        "tls": True,
        "requires_tls": True,
        "versions": ["TLSv1.2", "TLSv1.3"],
    }
    (root / "etc/ldap/slapd.d/cn=config.ldif").unlink()
    tree(root, {"etc/ldap/slapd.conf": "TLSProtocolMin 3.2\nTLSCertificateFile /a.pem\nrootpw hidden-word\n"})
    (old,) = facts(openldap.settings, run("databases.openldap", root, path=slapd))["openldap"]
    assert (old["versions"][0], old["tls"], old["requires_tls"]) == ("TLSv1.1", True, False)
