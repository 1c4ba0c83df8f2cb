have lsblk || unsupported "there is no lsblk"
columns=NAME,KNAME,TYPE,FSTYPE,UUID,RM,TRAN
# Before util-linux 2.37 a device has one MOUNTPOINT.
lsblk -J -p -o "$columns,MOUNTPOINTS" 2>/dev/null ||
  lsblk -J -p -o "$columns,MOUNTPOINT" ||
  unsupported "lsblk cannot list the devices"
echo
echo "igaudit-mounts"
awk '$3 == "zfs" || $2 == "/" || $1 ~ /^\/dev\// { print $1, $2, $3 }' /proc/self/mounts
if [ -r /proc/swaps ]; then
  echo "igaudit-swaps"
  awk 'NR > 1 { print $1, $2 }' /proc/swaps
fi
echo "igaudit-zram"
for file in /sys/block/zram*/backing_dev; do
  if [ -r "$file" ]; then
    name=${file#/sys/block/}
    echo "/dev/${name%%/*} $(cat "$file")"
  fi
done
if grep -q ' zfs ' /proc/self/mounts && have zfs; then
  echo "igaudit-zfs"
  zfs list -H -t filesystem -o name,encryption
fi
exit 0
