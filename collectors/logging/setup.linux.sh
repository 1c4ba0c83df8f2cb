for link in /etc/systemd/system/*.wants/* /usr/lib/systemd/system/*.wants/* /lib/systemd/system/*.wants/* \
  /etc/runlevels/*/* /etc/rc[2345].d/S[0-9][0-9]*; do
  name=${link##*/}
  case $link in /etc/rc*) name=${name#S[0-9][0-9]} ;; esac
  case $name in
    # A masked unit is a link to /dev/null.
    apport | apport.service | whoopsie | whoopsie.service | whoopsie.path | popularity-contest.timer | logrotate.timer)
      [ -c "/etc/systemd/system/$name" ] || echo "starts ${name%.*}"
      ;;
  esac
done
for file in /usr/lib/systemd/systemd-journald /lib/systemd/systemd-journald; do
  [ -e "$file" ] && echo "journald" && break
done
[ -d /var/log/journal ] && echo "folder"
for folder in /etc /run /usr/local/lib /usr/lib; do
  for file in "$folder/systemd/journald.conf" "$folder"/systemd/journald.conf.d/*.conf; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    echo "conf $file"
    [ -r "$file" ] || echo "denied $file"
    set -- "$@" "$file"
  done
done
grep -sE '^[[:space:]]*Storage[[:space:]]*=' "$@" /dev/null
have logrotate && echo "logrotate"
[ -e /etc/cron.daily/logrotate ] && echo "starts logrotate"
[ -e /etc/periodic/daily/logrotate ] && echo "starts logrotate"
[ -e /usr/share/apport/apport ] && echo "reporter apport"
have whoopsie && echo "reporter whoopsie"
have popularity-contest && echo "reporter popularity-contest"
grep -sE '^[[:space:]]*(enabled|PARTICIPATE)=' /etc/default/apport /etc/popularity-contest.conf /dev/null
exit 0
