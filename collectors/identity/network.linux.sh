have awk || unsupported "there is no awk"
[ -d /sys/class/net ] || unsupported "there is no /sys/class/net"
name=$(uname -n)
export name
echo "hostname $name"
# Only lines with the machine's own name: the others say who else is known here.
if [ -r /etc/hosts ]; then
  awk '{ sub(/#.*/, "") } { for (i = 2; i <= NF; i++) if (tolower($i) == tolower(ENVIRON["name"])) { print "hosts", $0; next } }' /etc/hosts
elif [ -e /etc/hosts ]; then
  echo "denied /etc/hosts"
fi
if [ -r /etc/machine-id ]; then
  echo "machine-id $(head -c 32 /etc/machine-id)"
elif [ -e /etc/machine-id ]; then
  echo "denied /etc/machine-id"
else
  echo "machine-id"
fi
# told FILE: its first word, or - where there is none.
told() {
  word=
  [ ! -r "$1" ] || read -r word rest <"$1"
  : "$rest"
  printf ' %s' "${word:--}"
}
rest=
for folder in /sys/class/net/*; do
  [ -d "$folder" ] || continue
  printf 'interface %s' "${folder##*/}"
  if [ -e "$folder/device" ]; then printf ' device'; else printf ' virtual'; fi
  told "$folder/address"
  told "$folder/addr_assign_type"
  told "$folder/bonding_slave/perm_hwaddr"
  echo
done
if have ip && addresses=$(ip -o addr); then
  echo "addresses known"
  printf '%s\n' "$addresses" | awk '$3 == "inet" || $3 == "inet6" { sub(/@.*/, "", $2); print "address", $2, $4 }'
  ip -o link | awk '{ for (i = 3; i < NF; i++) if ($i == "permaddr") { sub(/(@.*)?:$/, "", $2); print "permanent", $2, $(i + 1) } }'
fi
exit 0
