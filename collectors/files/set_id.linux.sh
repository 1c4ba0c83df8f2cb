have find || unsupported "there is no find"
have stat || unsupported "there is no stat"
have awk || unsupported "there is no awk"
set --
for folder in /usr /usr/local /bin /sbin /lib* /opt /srv /tmp /var/tmp /dev/shm; do
  [ -d "$folder" ] || continue
  # A link is followed, unless it leads where is searched anyway.
  real=$folder
  [ ! -L "$folder" ] || real=$(readlink -f "$folder")
  case $folder:$real in *:"$folder") ;; *:/usr/*) continue ;; esac
  if elsewhere "$real"; then echo "remote $folder"; else set -- "$@" "$real"; fi
done
[ $# -gt 0 ] || unsupported "none of the folders to search is there"
echo "searched $*"
limited() { "$@"; }
! have timeout || limited() { timeout 10 "$@"; }
{
  limited find "$@" -xdev -type f \( -perm -4000 -o -perm -2000 \) -exec stat -c 'stat %a:%U:%G:%F:%n' {} +
  echo "end $?"
} | awk 'seen[$0]++ { next } ++lines > 500 && !/^end / { more = 1; exit } { print } END { if (more) print "more" }'
exit 0
