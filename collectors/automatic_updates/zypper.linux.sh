# Settings, cron links and services of SUSE's online update, os-update and transactional-update.
have zypper || absent "no zypper"
[ -s /var/lib/dpkg/status ] && absent "dpkg installs the packages here"
for unit in transactional-update os-update; do
  [ -e "/usr/lib/systemd/system/$unit.timer" ] && echo "tool $unit"
done
[ -e /usr/lib/YaST2/bin/online_update ] && echo "tool online-update"
for often in daily weekly monthly; do
  [ -x "/etc/cron.$often" ] || echo "denied /etc/cron.$often"
  link=/etc/cron.$often/opensuse.org-online_update
  if [ -e "$link" ] || [ -L "$link" ]; then echo "cron $often"; fi
done
set -- /etc/sysconfig/automatic_online_update /usr/share/os-update/os-update.conf /etc/os-update.conf
for file in "$@"; do
  shift
  [ -e "$file" ] || continue
  if [ -r "$file" ]; then set -- "$@" "$file"; else echo "denied $file"; fi
done
[ $# -gt 0 ] && grep -hE '^(AOU_ENABLE_CRONJOB|AOU_PATCH_CATEGORIES|AOU_SKIP_INTERACTIVE_PATCHES|UPDATE_CMD)=' "$@"

echo "units"
if [ -d /run/systemd/system ]; then
  systemctl show -p Id,LoadState,UnitFileState,ActiveState,Result,ExecMainStatus,ExecMainExitTimestamp \
    os-update.timer transactional-update.timer os-update.service transactional-update.service \
    cron.service
else
  echo "no systemd"
fi
exit 0
