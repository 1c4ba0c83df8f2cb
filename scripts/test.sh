#!/bin/sh
# Installs what the tests need, system packages included, and runs every check. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
. scripts/python.sh
needed=""
for pair in sshd:openssh-server ssh:openssh-client sudo:sudo doas:opendoas fish:fish tcsh:tcsh mksh:mksh \
  busybox:busybox shellcheck:shellcheck make:make git:git script:bsdutils ip:iproute2 ps:procps \
  openssl:openssl nginx:nginx-light postfix:postfix imap:dovecot-imapd pop3:dovecot-pop3d slapd:slapd gnutls-serv:gnutls-bin \
  pg_ctlcluster:postgresql krb5kdc:krb5-kdc kadmin.local:krb5-admin-server kinit:krb5-user \
  krb5-config:libkrb5-dev gcc:gcc; do
  PATH=$PATH:/usr/sbin:/sbin:/usr/lib/dovecot command -v "${pair%%:*}" >/dev/null 2>&1 || needed="$needed ${pair#*:}"
done
# shellcheck disable=SC2086  # one word per package
[ -z "$needed" ] || install $needed
make_venv
# The libraries of Kerberos come as source; to build them takes the headers of the Python that is used.
version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$PYTHON" -c 'import pathlib, sys, sysconfig; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())' ||
  install "python$version-dev"
"$PYTHON" -m pip install --quiet --disable-pip-version-check --editable '.[dev,dev-kerberos,kerberos,credssp,keyring]'
exec make check PYTEST_ARGS="$*"
