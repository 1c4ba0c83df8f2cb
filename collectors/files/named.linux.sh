have stat || unsupported "there is no stat"
matches() { case $1 in *'*'*) [ -e "$1" ] ;; esac; }
# A file that cannot be found is missing only if its folder can be searched.
missing_or_denied() {
  up=${1%/*}
  while [ -n "$up" ] && [ ! -e "$up" ]; do up=${up%/*}; done
  if [ -x "${up:-/}" ]; then echo "missing $1"; else echo "denied $1"; fi
}
set --
for file in /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- \
  /etc/security/opasswd /etc/crontab /etc/anacrontab /etc/cron.d /etc/cron.d/* \
  /etc/cron.hourly /etc/cron.hourly/* /etc/cron.daily /etc/cron.daily/* \
  /etc/cron.weekly /etc/cron.weekly/* /etc/cron.monthly /etc/cron.monthly/* \
  /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/efi/EFI/*/grub.cfg \
  /etc/ssl/private /bin/su /usr/bin/su; do
  matches "$file" || continue
  if [ -e "$file" ]; then set -- "$@" "$file"; else missing_or_denied "$file"; fi
done
for folder in /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly \
  /boot /boot/efi /boot/efi/EFI; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || echo "closed $folder"
done
[ $# -eq 0 ] || stat -L -c 'stat %a:%U:%G:%F:%n' -- "$@"
exit 0
