can_read /etc/passwd
have awk || unsupported "there is no awk"
have stat || unsupported "there is no stat"
# A home folder on a file server is left alone: to look at it could mount it, or wait for that server.
remote=
[ ! -r /proc/self/mounts ] || while read -r _ at type _; do
  case $type in
    nfs | nfs4 | cifs | smb3 | smbfs | autofs | afs | ceph | lustre | glusterfs | 9p | fuse.*) remote="$remote$at
" ;;
  esac
done </proc/self/mounts
for defs in /etc/login.defs /usr/etc/login.defs ''; do
  [ -r "$defs" ] && break
done
missing_or_denied() {
  up=${1%/*}
  while [ -n "$up" ] && [ ! -e "$up" ]; do up=${up%/*}; done
  if [ -x "${up:-/}" ]; then echo "missing $1"; else echo "denied $1"; fi
}
look() {
  case $1 in
    /*) ;;
    *) echo "missing $1"; return 1 ;;
  esac
  for at in $remote; do
    case $1/ in "$at"/*) echo "remote $1"; return 1 ;; esac
  done
  [ -e "$1" ] || { missing_or_denied "$1"; return 1; }
}
# root's home, and those of people: their numbers lie between UID_MIN and UID_MAX.
awk -F: -v defs="$defs" '
  BEGIN {
    least = 1000; most = 60000
    while (defs != "" && (getline line < defs) > 0) {
      split(line, word, /[ \t]+/)
      if (word[1] == "UID_MIN") least = word[2]
      if (word[1] == "UID_MAX") most = word[2]
    }
  }
  NF > 5 && ($3 + 0 == 0 || ($3 + 0 >= least + 0 && $3 + 0 <= most + 0)) { print $1 ":" $3 ":" $6 }
' /etc/passwd | {
  set -f
  set --
  while IFS=: read -r name uid home; do
    echo "home $name:$uid:$home"
    IFS='
'
    look "$home" && set -- "$@" "$home"
  done
  [ $# -eq 0 ] || stat -L -c 'mode %a:%u:%n' -- "$@"
}
exit 0
