if have ip && table=$(ip neigh); then
  echo "source ip"
  [ -z "$table" ] || printf '%s\n' "$table"
  exit 0
fi
[ -e /proc/net/arp ] || unsupported "there is neither ip nor /proc/net/arp"
[ -r /proc/net/arp ] || denied "/proc/net/arp cannot be read"
echo "source arp"
cat /proc/net/arp
exit 0
