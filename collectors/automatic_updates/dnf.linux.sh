# Settings and services of dnf-automatic (dnf 4), dnf5 automatic and yum-cron.
[ -s /var/lib/dpkg/status ] && absent "dpkg installs the packages here"
have zypper && absent "zypper installs the packages here"
have dnf || have yum || absent "no dnf or yum"
if [ -e /usr/lib/systemd/system/dnf5-automatic.timer ]; then
  echo "tool dnf5-automatic"
elif have dnf-automatic; then
  echo "tool dnf-automatic"
elif have yum-cron; then
  echo "tool yum-cron"
fi

# A later file has the last word. Only these keys are printed: the files can hold a password for mail.
set -- /usr/share/dnf5/dnf5-plugins/automatic.conf /etc/dnf/dnf5-plugins/automatic.conf \
  /etc/dnf/automatic.conf /etc/yum/yum-cron.conf
for file in "$@"; do
  shift
  [ -e "$file" ] || continue
  if [ -r "$file" ]; then set -- "$@" "$file"; else echo "denied $file"; fi
done
[ $# -gt 0 ] && awk '
  FNR == 1 { print "file " FILENAME }
  /^\[/ || /^(upgrade_type|apply_updates|update_cmd|exclude|excludepkgs)[ \t]*=/ { print "| " $0 }
' "$@"

echo "units"
if [ -d /run/systemd/system ]; then
  systemctl show -p Id,LoadState,UnitFileState,ActiveState,Result,ExecMainStatus,ExecMainExitTimestamp \
    dnf-automatic.timer dnf-automatic-install.timer dnf5-automatic.timer dnf-automatic.service \
    dnf-automatic-install.service dnf5-automatic.service yum-cron.service
else
  echo "no systemd"
fi
exit 0
