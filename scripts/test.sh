#!/bin/sh
# Installs what the tests need, system packages included, and runs every check. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
. scripts/python.sh
needed=""
for pair in sshd:openssh-server ssh:openssh-client sudo:sudo doas:opendoas fish:fish tcsh:tcsh mksh:mksh \
  busybox:busybox shellcheck:shellcheck make:make git:git script:bsdutils ip:iproute2 ps:procps \
  openssl:openssl nginx:nginx-light postfix:postfix imap:dovecot-imapd pop3:dovecot-pop3d slapd:slapd gnutls-serv:gnutls-bin \
  pg_ctlcluster:postgresql; do
  PATH=$PATH:/usr/sbin:/sbin:/usr/lib/dovecot command -v "${pair%%:*}" >/dev/null 2>&1 || needed="$needed ${pair#*:}"
done
# shellcheck disable=SC2086  # one word per package
[ -z "$needed" ] || install $needed
make_venv
"$PYTHON" -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
exec make check PYTEST_ARGS="$*"
