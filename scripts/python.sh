# Sourced by the other scripts: makes .venv with a Python of at least 3.11. Sets PYTHON to its interpreter.

say() { echo "$0: $*" >&2; }

# as_root COMMAND…: run it with root's rights, if they can be had without asking.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# install PACKAGE…: Debian and Ubuntu only; elsewhere it says what is missing.
install() {
  if ! command -v apt-get >/dev/null 2>&1; then
    say "install these by hand, under the names of your distribution: $*"
    return 1
  fi
  as_root apt-get update -qq || say "the package lists could not be refreshed"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

make_venv() {
  base=$(find_python) || { install python3 && base=$(find_python); } || {
    say "Python 3.11 or later is needed"
    exit 1
  }
  # Debian keeps what a virtual environment needs in a package of its own.
  "$base" -c 'import ensurepip' 2>/dev/null || install python3-venv || exit 1
  [ -x .venv/bin/pip ] || "$base" -m venv .venv || exit 1
  # shellcheck disable=SC2034  # for those who source this
  PYTHON=.venv/bin/python
}
