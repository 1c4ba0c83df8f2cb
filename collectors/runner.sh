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
# `elsewhere FOLDER` is whether it lies on a file server, `closed FOLDER` whether its own rights, or those of a
# folder around it, hide what is in it.
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
closed() {
  way=$1
  while [ -n "$way" ] && [ ! -e "$way" ]; do way=${way%/*}; done
  [ ! -x "${way:-/}" ] || { [ "$way" = "$1" ] && [ ! -r "$way" ]; }
}
elsewhere() {
  [ ! -r /proc/self/mounts ] || while read -r _ at type _; do
    case $type:$1/ in
      nfs:"$at"/* | nfs4:"$at"/* | cifs:"$at"/* | smb3:"$at"/* | smbfs:"$at"/* | autofs:"$at"/* | afs:"$at"/* | \
        ceph:"$at"/* | lustre:"$at"/* | glusterfs:"$at"/* | 9p:"$at"/* | fuse.*:"$at"/*) return 0 ;;
    esac
  done </proc/self/mounts
  return 1
}
'

# What every Linux has. Where one of these is missing all the same, a probe would take its silence for an answer.
lacking=
for tool in awk cat grep head sed sort tail tr; do
  command -v "$tool" >/dev/null || lacking="$lacking $tool"
done

# guard SECONDS SCRIPT: run SCRIPT, ended with status 124 after SECONDS. The last way is for systems without
# `timeout`: it lets go of every stream, since a forgotten one would hold up the answer, and asks for the
# end of the whole process group, which not all shells want written in the same way.
if timeout -k 1 5 true; then
  guard() { timeout -k 2 "$1" sh -c "$2"; }
elif timeout 5 true; then
  guard() { timeout "$1" sh -c "$2"; }
else
  apart=$(command -v setsid)
  guard() {
    $apart sh -c "$2" &
    worker=$!
    sh -c "sleep $1; kill -9 -- -$worker; kill -9 -$worker; kill -9 $worker" >/dev/null 2>&1 3>&- 4>&- &
    watch=$!
    wait "$worker"
    result=$?
    kill -9 "$watch"
    [ "$result" = 137 ] && result=124
    return "$result"
  }
fi

# run ID SECONDS BYTES SCRIPT: one probe. Its standard output streams through fd 3, then comes its end
# frame: exit status, then the end of its standard error, which `tail` keeps short however long it gets.
# `echo` prints the frames, since some shells have no printf of their own: another process's arguments
# can be seen by every user, and whoever knows the nonce can forge frames.
run() {
  script=$4
  for tool in $lacking; do
    case $4 in *"$tool "*) script="unsupported \"there is no $tool\"" ;; esac
  done
  echo
  echo "$NONCE begin $1"
  tail=$({ { guard "$2" "$PRELUDE$script" </dev/null 2>&4; echo "=$?" >&4; } | head -c "$3" >&3; } 4>&1 | tail -c 1000)
  echo
  echo "$NONCE end $1 ${tail##*=}"
  printf '%s\n' "${tail%=*}"
}
