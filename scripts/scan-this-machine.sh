#!/bin/sh
# Makes a virtual environment, installs igaudit into it, and audits this machine. Arguments go to `igaudit scan`.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/python.sh
make_venv
"$PYTHON" -m pip install --quiet --disable-pip-version-check . || exit 1
exec .venv/bin/igaudit scan local "$@"
