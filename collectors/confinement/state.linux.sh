[ -d /sys/module ] || unsupported "/sys is not mounted"
enabled=/sys/module/apparmor/parameters/enabled
if [ ! -e "$enabled" ]; then
  echo "apparmor N"
elif text=$(cat "$enabled"); then
  echo "apparmor $text"
fi
# Root may read the list; without securityfs there is none to read.
profiles=/sys/kernel/security/apparmor/profiles
if [ -e "$profiles" ]; then
  if sed 's/^/profile /' "$profiles"; then echo "profiles"; else echo "denied $profiles"; fi
fi
if [ -r /sys/fs/selinux/enforce ]; then
  echo "selinux $(cat /sys/fs/selinux/enforce)"
elif ! systems=$(cat /proc/filesystems); then
  echo "denied /proc/filesystems"
else
  case $systems in
    *selinuxfs*) echo "selinux hidden" ;;
    *) echo "selinux off" ;;
  esac
fi
config=/etc/selinux/config
if [ -r "$config" ]; then
  echo "config"
  sed -n 's/^SELINUX=/setting &/p' "$config"
elif [ -e "$config" ]; then
  echo "denied $config"
elif [ -x /etc ]; then
  echo "missing $config"
fi
exit 0
