# What is mounted where, with the options that protect; sources and other options stay on the machine,
# since some name users and servers. Only local file systems are asked for their fill: a dead server would hang.
[ -r /proc/self/mounts ] || unsupported "/proc is not mounted"
awk '
  $2 ~ "^/(proc|sys|run|snap|var/lib/(docker|containers|kubelet|containerd|snapd))/" && $3 !~ /^(cifs|smb)/ { next }
  {
    kept = ""
    count = split($4, options, ",")
    for (i = 1; i <= count; i++)
      if (options[i] ~ /^(ro|rw|nodev|nosuid|noexec|vers=[0-9a-z.]+)$/) kept = kept "," options[i]
    print "mount", $2, $3, substr(kept, 2)
  }' /proc/self/mounts
for place in /tmp /var/tmp /dev/shm /home; do
  if grep -q " $place " /proc/self/mounts; then
    echo "place $place $place"
  elif [ -L "$place" ]; then
    echo "place $place $(readlink -f "$place")"
  elif [ -d "$place" ]; then
    echo "place $place $place"
  fi
done
discs=$(awk '$3 ~ /^(ext[234]|xfs|btrfs|zfs|f2fs|jfs|vfat)$/ && $2 !~ /[\\"\047]/ && !seen[$1]++ { print $2 }' \
  /proc/self/mounts)
[ -z "$discs" ] || printf "%s\n" "$discs" | xargs df -P
exit 0
