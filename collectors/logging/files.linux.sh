[ -d /var/log ] || { echo "none"; exit 0; }
# Files that others than the owner may write, or that more than the owner and the group may read.
find /var/log -type f \( -perm -0020 -o -perm -0004 -o -perm -0002 \) -exec stat -c 'mode %a %n' {} + 2>&1 | head -n 5001
exit 0
