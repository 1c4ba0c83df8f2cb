have sshd || absent "no sshd in the PATH"
settings=$(sshd -T 2>&1) || {
  case $settings in
    *"no hostkeys available"* | *"ermission denied"*) denied "sshd -T needs root: it reads the host keys" ;;
    *) unsupported "sshd -T: $settings" ;;
  esac
}
printf '%s\n' "$settings"
echo "igaudit-version $(sshd -V 2>&1 | head -n 1)"
grep -hiE '^[[:space:]]*match[[:space:]]' /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf | sed 's/^/igaudit-match /'
exit 0
