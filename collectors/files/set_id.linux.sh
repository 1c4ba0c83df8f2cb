have find || unsupported "there is no find"
have stat || unsupported "there is no stat"
have awk || unsupported "there is no awk"
remote=
[ ! -r /proc/self/mounts ] || while read -r _ at type _; do
  case $type in
    nfs | nfs4 | cifs | smb3 | smbfs | autofs | afs | ceph | lustre | glusterfs | 9p | fuse.*) remote="$remote|$at|" ;;
  esac
done </proc/self/mounts
set --
for folder in /usr/bin /usr/sbin /usr/libexec /usr/lib /usr/lib64 /bin /sbin /lib /lib64 /usr/local /opt /srv \
  /tmp /var/tmp /dev/shm; do
  case $remote in *"|$folder|"*) echo "remote $folder"; continue ;; esac
  [ ! -d "$folder" ] || [ -L "$folder" ] || set -- "$@" "$folder"
done
[ $# -gt 0 ] || unsupported "none of the folders to search is there"
echo "searched $*"
limited() { "$@"; }
! have timeout || limited() { timeout 20 "$@"; }
# Helpers of programs lie at most four folders deep.
{
  limited find "$@" -maxdepth 4 -xdev -type f \( -perm -4000 -o -perm -2000 \) -exec stat -c 'stat %a:%U:%G:%F:%n' {} +
  echo "end $?"
} | awk 'NR > 500 && !/^end / { more = 1; exit } { print } END { if (more) print "more" }'
exit 0
