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
auditctl -l
