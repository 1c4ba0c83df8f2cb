if [ -d /var/log/journal ]; then
  [ -r /var/log/journal ] && [ -x /var/log/journal ] || echo "denied /var/log/journal"
fi
# The name of a closed journal file ends in the time of its first record; the head of an open one holds it.
for file in /var/log/journal/*/system@*.journal; do
  [ -e "$file" ] && echo "closed ${file##*/}"
done
for file in /var/log/journal/*/system.journal; do
  [ -e "$file" ] || continue
  if [ -r "$file" ]; then
    echo "open $(od -A n -t u8 -j 184 -N 8 "$file")"
  else
    echo "denied $file"
  fi
done
for folder in /var/log/journal/*; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || echo "denied $folder"
done
for file in /var/log/syslog* /var/log/messages* /var/log/auth.log* /var/log/secure*; do
  [ -s "$file" ] && set -- "$@" "$file"
done
[ "$#" = 0 ] || stat -c 'file %Y %W %n' "$@"
[ -s /etc/machine-id ] && stat -c 'first %Y' /etc/machine-id
exit 0
