# Community strings are passwords: of each it is only told whether it is one that everybody knows.
for file in /etc/snmp/*.conf /etc/snmp/snmpd.conf.d/*.conf /usr/local/etc/snmp/*.conf \
  /var/lib/net-snmp/snmpd.conf /var/lib/snmp/snmpd.conf; do
  [ -e "$file" ] || continue
  if [ ! -r "$file" ]; then
    echo "denied $file"
    continue
  fi
  echo "file $file"
  awk '
    { gsub(/"/, "") }
    $1 ~ /^(ro|rw)community6?$/ { word = $2 }
    $1 ~ /^(auth|trap)community$/ { word = $NF }
    $1 ~ /^com2sec(6|unix)?$/ { word = $NF }
    word != "" { print "community", (word == "public" || word == "private") ? word : "other"; word = "" }
  ' "$file"
done
for folder in /etc/snmp /etc/snmp/snmpd.conf.d /var/lib/net-snmp /var/lib/snmp; do
  [ -d "$folder" ] || continue
  [ -r "$folder" ] && [ -x "$folder" ] || echo "denied $folder"
done
exit 0
