# The running kernel, the installed ones, and what says that the machine should be started anew.
if [ -s /var/lib/dpkg/status ]; then
  packages=dpkg
elif have rpm; then
  packages=rpm
else
  unsupported "no dpkg or rpm: which kernels are installed is not known"
fi
echo "release $(uname -r)"
echo "version $(uname -v)"
[ -r /proc/version_signature ] && echo "signature $(cat /proc/version_signature)"
grep '^btime ' /proc/stat

# The marks of Debian and Ubuntu, and of SUSE: when they were last written, and when first (0 or ? if not known).
for mark in /run/reboot-required /var/run/reboot-required /run/reboot-needed; do
  if [ -e "$mark" ]; then
    stat -c 'mark %Y %W' "$mark"
    [ -r "$mark.pkgs" ] && sort -u "$mark.pkgs" | sed 's/^/wants /'
    break
  fi
done

if [ "$packages" = dpkg ]; then
  dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' 'linux-image-*' 'proxmox-kernel-*' 'pve-kernel-*' \
    raspberrypi-kernel 2>/dev/null | awk 'substr($1, 2, 1) == "i" { print "dpkg " $2, $3 }'
  stat -c 'installed %Y %n' /var/lib/dpkg/info/linux-image-*.list /var/lib/dpkg/info/proxmox-kernel-*.list \
    /var/lib/dpkg/info/pve-kernel-*.list 2>/dev/null
else
  rpm -qa --qf 'rpm %{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH} %{INSTALLTIME}\n' \
    'kernel*' glibc systemd dbus dbus-daemon dbus-broker linux-firmware microcode_ctl || exit 1
  grep -hE '^installonly_limit *=' /etc/dnf/dnf.conf /etc/yum.conf 2>/dev/null | tr -d ' ' | tr '=' ' '
fi
exit 0
