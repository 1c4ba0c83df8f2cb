have find || unsupported "there is no find"
have stat || unsupported "there is no stat"
have awk || unsupported "there is no awk"
# Only where programs, their settings and web pages lie, on this machine's own disks, for 20 seconds at most:
# to search all of a large or busy machine would do more harm than good.
remote=
[ ! -r /proc/self/mounts ] || while read -r _ at type _; do
  case $type in
    nfs | nfs4 | cifs | smb3 | smbfs | autofs | afs | ceph | lustre | glusterfs | 9p | fuse.*) remote="$remote|$at|" ;;
  esac
done </proc/self/mounts
set --
for folder in /etc /usr/local /opt /srv /var/www /usr/bin /usr/sbin /usr/libexec /usr/lib/systemd /bin /sbin \
  /var/spool/cron; do
  case $remote in *"|$folder|"*) echo "remote $folder"; continue ;; esac
  [ ! -d "$folder" ] || [ -L "$folder" ] || set -- "$@" "$folder"
done
[ $# -gt 0 ] || unsupported "none of the folders to search is there"
echo "searched $*"
nobodys='-nouser -o -nogroup'
find / -prune -nouser >/dev/null 2>&1 || { nobodys='-name /'; echo "unsupported unowned"; }
limited() { "$@"; }
! have timeout || limited() { timeout 20 "$@"; }
# shellcheck disable=SC2086  # the words of an expression
{
  limited find "$@" -xdev \( -type f -perm -0002 -o -type d -perm -0002 ! -perm -1000 -o $nobodys \) \
    -exec stat -c 'stat %a:%U:%G:%F:%n' {} +
  echo "end $?"
} | awk 'NR > 500 && !/^end / { more = 1; exit } { print } END { if (more) print "more" }'
exit 0
