active=''
[ ! -d /run/systemd/system ] || active=$(systemctl is-active auditd.service)
echo "unit ${active:-unknown}"
if [ "$(id -u)" != 0 ]; then
  echo "denied"
  exit 0
fi
if ! have auditctl; then
  for mark in /run/systemd/container /run/.containerenv /.dockerenv; do
    [ -e "$mark" ] && unsupported "the audit is that of the machine that the container runs on"
  done
  echo "auditctl none"
  exit 0
fi
echo "architecture $(uname -m)"
said=$(auditctl -s 2>&1) || case $said in
  *"not in kernel"* | *"not supported"*) echo "kernel none"; exit 0 ;;
  *"not permitted"* | *"ermission denied"*) denied "auditctl: $said" ;;
  *) unsupported "auditctl: $said" ;;
esac
printf '%s\n' "$said"
echo "igaudit rules"
auditctl -l || exit 1
# What the next start loads: augenrules puts the files of rules.d together; where there are none, one file counts.
echo "igaudit kept"
set --
if have augenrules; then set -- /etc/audit/rules.d/*.rules; fi
[ -e "${1:-}" ] || set -- /etc/audit/audit.rules
[ ! -r "$1" ] || cat "$@" | sed -nE 's/^[ \t]+//; s/[ \t]+$//; /^-[aAwWdD]/p'
exit 0
