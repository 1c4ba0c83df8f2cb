# What guards the kernel's start: Secure Boot by the firmware, signatures of modules, lockdown.
[ -d /sys/kernel ] || unsupported "/sys is not mounted"
if have systemd-detect-virt; then
  echo "virtual_machine $(systemd-detect-virt --vm)"
fi
if [ -d /sys/firmware/efi ]; then
  echo "firmware uefi"
  # The fifth byte is the value. With MokSBStateRT the boot loader has been told not to check.
  for variable in /sys/firmware/efi/efivars/SecureBoot-* /sys/firmware/efi/efivars/MokSBStateRT-*; do
    name=${variable##*/}
    [ -r "$variable" ] && echo "${name%%-*} $(od -An -tu1 -j4 -N1 "$variable")"
  done
elif [ -d /sys/firmware ]; then
  echo "firmware other"
fi
if [ -r /sys/kernel/security/lockdown ]; then
  echo "lockdown $(cat /sys/kernel/security/lockdown)"
elif [ -e /sys/kernel/security/lsm ] && [ ! -e /sys/kernel/security/lockdown ]; then
  echo "lockdown [none]"
fi
if [ -r /sys/module/module/parameters/sig_enforce ]; then
  echo "sig_enforce $(cat /sys/module/module/parameters/sig_enforce)"
elif [ -d /sys/module ] && [ ! -e /sys/module/module/parameters/sig_enforce ]; then
  echo "sig_enforce none"
fi
if [ ! -e /proc/modules ] && [ -d /proc/self ]; then echo "modules none"; fi
exit 0
