# Runs the probes of one target, one after the other, and frames their answers.
# igaudit puts it before the probes that a scan needs and gives the whole to `sh -s` on standard input.
# NONCE, and the calls of `run` after this text, are written by igaudit/collect/script.py.
#
# What it does to the target: reads. It makes no file, changes no setting, and lowers its own priority.

PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:/run/current-system/sw/bin
LC_ALL=C LANG=C LANGUAGE='' TZ=UTC0
export PATH LC_ALL LANG LANGUAGE TZ
unset ENV BASH_ENV CDPATH GREP_OPTIONS
umask 077
cd / || exit 0
exec 3>&1 2>/dev/null
renice -n 19 -p $$ >/dev/null
ionice -c 3 -p $$ >/dev/null

# What every probe may call. A probe ends in one of: exit 0 (collected), absent, denied, unsupported.
# shellcheck disable=SC2016  # it is expanded by the shell of each probe
PRELUDE='
absent() { echo "$*" >&2; exit 10; }
denied() { echo "$*" >&2; exit 11; }
unsupported() { echo "$*" >&2; exit 12; }
have() { command -v "$1" >/dev/null 2>&1; }
can_read() {
  [ -e "$1" ] || [ -L "$1" ] || absent "$1 does not exist"
  [ -r "$1" ] || denied "$1 cannot be read"
}
'

# guard SECONDS SCRIPT: run SCRIPT, ended with status 124 after SECONDS.
if timeout -k 1 5 true; then
  guard() { timeout -k 2 "$1" sh -c "$2"; }
elif timeout 5 true; then
  guard() { timeout "$1" sh -c "$2"; }
else
  guard() {
    sh -c "$2" &
    worker=$!
    (sleep "$1"; kill -9 "$worker") >/dev/null 2>&1 &
    watch=$!
    wait "$worker"
    result=$?
    kill "$watch"
    [ "$result" = 137 ] && result=124
    return "$result"
  }
fi

# run ID SECONDS BYTES SCRIPT: one probe. Its standard output streams through fd 3, then comes its end
# frame: exit status, a colon, and the beginning of its standard error.
run() {
  printf '\n%s begin %s\n' "$NONCE" "$1"
  tail=$({ { guard "$2" "$PRELUDE$4" </dev/null 2>&4; echo "=$?" >&4; } | head -c "$3" >&3; } 4>&1)
  printf '\n%s end %s %s\n%.1000s\n' "$NONCE" "$1" "${tail##*=}" "${tail%=*}"
}
