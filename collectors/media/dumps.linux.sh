have find || unsupported "there is no find"
have awk || unsupported "there is no awk"
have stat || unsupported "there is no stat"
# A pattern that begins with a slash names the place of core files; another one pipes them to a program.
pattern=
[ ! -r /proc/sys/kernel/core_pattern ] || read -r pattern </proc/sys/kernel/core_pattern
case $pattern in
  /*/*) place=${pattern%/*} ;;
  *) place= ;;
esac
case $place in *%*) place= ;; esac
set --
for folder in /var/crash /var/lib/systemd/coredump /var/lib/apport/coredump /var/spool/abrt /var/tmp/abrt \
  /var/core /var/cores /cores ${place:+"$place"}; do
  [ -d "$folder" ] || continue
  if [ -r "$folder" ] && [ -x "$folder" ]; then set -- "$@" "$folder"; else echo "denied $folder"; fi
done
[ $# -eq 0 ] || find "$@" -xdev -maxdepth 3 -type f ! -name 'kexec_cmd' ! -name 'kdump_lock' ! -name '*.lock' \
  -exec stat -c 'dump %Y %n' {} + |
  awk 'NR > 300 { print "more"; exit } { print }'
# Core files of programs that were started in these folders.
for folder in / /root /tmp /var/tmp; do
  for file in "$folder"/core "$folder"/core.[0-9]*; do
    if [ -f "$file" ] && [ ! -L "$file" ]; then stat -c 'dump %Y %n' "$file"; fi
  done
done
[ -x /root ] || echo "denied /root"
exit 0
