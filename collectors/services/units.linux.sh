# The names that links such as /etc/rc3.d/S20ssh start.
links() {
  echo "igaudit links"
  for link in /etc/rc[2345].d/S[0-9][0-9]*; do
    [ -e "$link" ] && link=${link##*/S} && echo "${link#[0-9][0-9]}"
  done
}
openrc() {
  echo "igaudit links"
  for link in /etc/runlevels/*/*; do
    [ -e "$link" ] && echo "${link##*/}"
  done
}
first=''
[ ! -r /proc/1/comm ] || read -r first </proc/1/comm
types=service,socket,timer,path
if [ -d /run/systemd/system ]; then
  echo "manager systemd running"
  echo "igaudit files"
  systemctl list-unit-files --type=$types --no-legend --plain --no-pager || denied "systemctl list-unit-files was refused"
  links
  echo "igaudit units"
  systemctl list-units --type=$types --no-legend --plain --no-pager || denied "systemctl list-units was refused"
elif [ -d /run/openrc/started ]; then
  echo "manager openrc running"
  openrc
  echo "igaudit started"
  for link in /run/openrc/started/*; do
    [ -L "$link" ] && echo "${link##*/}"
  done
elif [ "$first" = init ] && [ -e /etc/inittab ]; then
  echo "manager sysvinit running"
  links
elif have systemctl; then
  echo "manager systemd stopped"
  echo "igaudit files"
  systemctl list-unit-files --type=$types --no-legend --plain --no-pager || exit 1
  links
elif [ -d /etc/runlevels ]; then
  echo "manager openrc stopped"
  openrc
elif [ -e /etc/runit/2 ] || [ -d /etc/s6 ] || [ -d /etc/init ]; then
  unsupported "neither systemd nor OpenRC nor sysvinit starts the services here"
else
  echo "manager none stopped"
  links
fi
exit 0
