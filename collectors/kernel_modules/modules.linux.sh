# Loaded modules, and how modprobe and the kernel's command line keep others out. `modprobe -c` prints its
# configuration and loads nothing.
[ -d /proc/self ] || unsupported "/proc is not mounted"
watched='usb.storage|uas|firewire.(ohci|sbp2)|cramfs|freevxfs|hfs|hfsplus|jffs2|dccp|sctp|rds|tipc'
if [ -e /proc/modules ]; then
  echo "modules known"
  sed 's/ .*//; s/^/loaded /' /proc/modules
else
  echo "modules none"
fi
dir=/lib/modules/$(uname -r)
if [ -r "$dir/modules.dep" ] && [ -r "$dir/modules.builtin" ]; then
  echo "disc known"
  grep -oE "/($watched)\.ko[a-z.]*:" "$dir/modules.dep" | sed 's/^/module /'
  grep -oE "/($watched)\.ko" "$dir/modules.builtin" | sed 's/^/built-in /'
fi
if have modprobe && modprobe --showconfig >/dev/null 2>&1; then
  echo "settings known"
  modprobe --showconfig | grep -E '^(blacklist|install) '
else
  for dir in /etc/modprobe.d /run/modprobe.d /usr/lib/modprobe.d /lib/modprobe.d; do
    [ -d "$dir" ] && echo "settings known"
    cat "$dir"/*.conf 2>/dev/null | grep -E '^[[:space:]]*(blacklist|install)[[:space:]]'
  done
fi
grep -oE '(module_blacklist|modprobe\.blacklist)=[^[:space:]]*' /proc/cmdline
if have usbguard; then
  echo "usbguard $(systemctl is-active usbguard.service)"
else
  echo "usbguard none"
fi
exit 0
