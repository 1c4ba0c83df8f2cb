cd /proc/sys || unsupported "/proc/sys cannot be read: is /proc mounted?"
# Some keys are for root's eyes (fs/protected_*), and not every kernel has every key.
set --
for key in kernel/randomize_va_space kernel/kptr_restrict kernel/dmesg_restrict kernel/yama/ptrace_scope \
  kernel/unprivileged_bpf_disabled fs/suid_dumpable fs/protected_hardlinks fs/protected_symlinks \
  net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/ipv4/tcp_syncookies \
  net/ipv4/icmp_echo_ignore_broadcasts net/ipv4/icmp_ignore_bogus_error_responses; do
  if [ -r "$key" ]; then
    set -- "$@" "$key"
  elif [ -e "$key" ]; then
    echo "denied $key"
  else
    echo "missing $key"
  fi
done
for key in accept_redirects send_redirects accept_source_route rp_filter log_martians forwarding; do
  [ -d net/ipv4/conf ] && set -- "$@" net/ipv4/conf/*/"$key"
done
for key in accept_redirects accept_source_route accept_ra forwarding disable_ipv6; do
  [ -d net/ipv6/conf ] && set -- "$@" net/ipv6/conf/*/"$key"
done
# -s: an interface may go away between the listing and the reading.
grep -sH '' "$@"
exit 0
