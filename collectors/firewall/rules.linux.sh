# Whether asking the kernel needs no module that is not there yet: the question itself would load it.
here() {
  [ ! -e /proc/modules ] || grep -q "^$1 " /proc/modules ||
    grep -q "/$1\.ko" "/lib/modules/$(uname -r)/modules.builtin"
}
[ -e /proc/net/route ] || unsupported "there is no /proc/net/route: /proc is not mounted"
[ "$(id -u)" = 0 ] || denied "only root can read the packet filter's rules"
for name in /sys/class/net/*; do
  echo "interface ${name##*/}"
done
awk '$2 == "00000000" && $8 == "00000000" { print "outside ipv4", $1 }' /proc/net/route
[ ! -e /proc/net/ipv6_route ] ||
  awk '$1 ~ /^0+$/ && $2 == "00" && $10 != "lo" { print "outside ipv6", $10 }' /proc/net/ipv6_route
if here nf_tables; then
  have nft || unsupported "the kernel has nf_tables, and there is no nft to list its rules"
  tables=$(nft list tables 2>&1) || case $tables in
    *"not permitted"* | *"ermission denied"*) denied "nft: $tables" ;;
    *) unsupported "nft: $tables" ;;
  esac
  # The content of sets matters, but a blocklist may be larger than all the rest.
  if [ "$(nft list ruleset | head -c 1000000 | wc -c)" -lt 1000000 ]; then
    echo "igaudit nft full"
    nft -j list ruleset || unsupported "nft cannot print its rules as JSON"
  else
    echo "igaudit nft terse"
    nft -j -t list ruleset || unsupported "nft cannot print its rules without the content of sets"
  fi
  # nft does not know iptables' own matches: the tables of that name are better read by iptables.
  for name in ip:ipv4:iptables ip6:ipv6:ip6tables; do
    case $tables in
      *"table ${name%%:*} "*)
        save=${name##*:}-nft-save
        name=${name#*:}
        have "$save" && echo "igaudit iptables ${name%:*} nft" && "$save"
        ;;
    esac
  done
fi
for name in ipv4:ip:iptables ipv6:ip6:ip6tables; do
  tool=${name##*:}
  middle=${name#*:}
  tables=/proc/net/${middle%:*}_tables_names
  first=''
  [ ! -e "$tables" ] || read -r first <"$tables"
  [ -n "$first" ] || continue
  save=$tool-legacy-save
  if ! have "$save"; then
    case $("$tool" -V) in
      *nf_tables* | '') unsupported "there are rules of the older iptables, and no $tool-legacy-save to list them" ;;
    esac
    save=$tool-save
  fi
  echo "igaudit iptables ${name%%:*} legacy"
  "$save" || exit 1
done
exit 0
