[ -r /proc/cpuinfo ] || unsupported "/proc/cpuinfo cannot be read"
have awk || unsupported "there is no awk"
# The first domain of Xen sees its hypervisor, and has the real firmware all the same.
if awk '/^flags[ \t]*:.* hypervisor/ { found = 1; exit } END { exit !found }' /proc/cpuinfo &&
  ! awk '/control_d/ { found = 1 } END { exit !found }' /proc/xen/capabilities 2>/dev/null; then
  absent "a virtual machine has no firmware of its own"
fi
have fwupdmgr || unsupported "fwupd is not installed"
# fwupd's own daily refresh leaves this note; to ask the daemon would start it, and it writes.
note=/run/motd.d/85-fwupd
[ -e "$note" ] || unsupported "fwupd-refresh.timer has left no note since the start"
[ -r "$note" ] || denied "$note cannot be read"
stat -L -c 'written %Y' "$note"
head -c 500 "$note"
exit 0
