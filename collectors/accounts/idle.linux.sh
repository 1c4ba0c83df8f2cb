[ -x /etc ] || denied "/etc cannot be searched"
set --
for file in /etc/profile /etc/profile.d/*.sh /etc/bash.bashrc /etc/bashrc /etc/bash/bashrc /etc/ksh.kshrc \
  /etc/zsh/zshrc /etc/zshrc /etc/environment /usr/lib/systemd/logind.conf /etc/systemd/logind.conf \
  /etc/systemd/logind.conf.d/*.conf /run/systemd/logind.conf.d/*.conf /usr/lib/systemd/logind.conf.d/*.conf; do
  if [ -r "$file" ]; then
    echo "read $file"
    set -- "$@" "$file"
  elif [ -e "$file" ]; then
    echo "denied $file"
  fi
done
[ ! -d /etc/profile.d ] || [ -r /etc/profile.d ] || echo "denied /etc/profile.d"
[ $# -eq 0 ] || grep -Hn -e TMOUT -e 'umask[[:space:]]' -e '^[[:space:]]*StopIdleSessionSec' "$@"
exit 0
