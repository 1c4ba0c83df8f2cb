# Only what programs left on this machine is read; no repository is asked, and no secret is printed: of command
# lines and settings come the known words, and of the places of backups what is left without user, password
# and query.
[ "$(id -u)" = 0 ] || denied "the settings and records of backups can be read by root only"
for tool in awk grep sed stat find; do have "$tool" || unsupported "there is no $tool"; done
names='restic|rustic|borg|borgmatic|kopia|duplicity|duply|rsnapshot|pgbackrest|barman|resticprofile|autorestic'
# What such a program may be told to do, so that a word like `backup` after another one of them is no backup.
actions='backup|create|snapshot|full|incr|incremental|bkp|check|verify|prune|forget|compact|init|list|info|mount|umount'
actions="$actions|extract|delete|rename|recreate|diff|break-lock|copy|snapshots|stats|cat|ls|find|restore|dump|tag|unlock"
actions="$actions|repair|rewrite|recover|migrate|key|cache|serve|server|config|policy|maintenance|repository|show|expire"
actions="$actions|stanza-create|archive-push|archive-get|collection-status|list-current-files|remove-older-than|cleanup"
actions="$actions|remove-all-but-n-full|status|cron|configtest|du|sync|transfer|--dry-run|-n"
tools="(^|[^[:alnum:]_-])($names)([^[:alnum:]_-]|\$)"
found=
program() { found=1 && echo "program $1"; }
# agent NAME FILE…: a program whose records only its own server can read.
agent() {
  name=$1
  shift
  for file; do
    if [ -e "$file" ]; then
      program "$name"
      return
    fi
  done
}
IFS='|'
for name in $names; do
  ! have "$name" || program "$name"
done
unset IFS
agent acronis /usr/lib/Acronis/BackupAndRecovery
agent amanda /usr/lib/amanda/amandad /usr/libexec/amanda/amandad
agent avamar /usr/local/avamar/bin/avagent.bin
agent bacula /usr/sbin/bacula-fd /opt/bacula/bin/bacula-fd
agent bareos /usr/sbin/bareos-fd
agent cohesity /opt/cohesity /usr/local/cohesityagent
agent commvault /opt/commvault/Base
agent netbackup /usr/openv/netbackup/bin/bpcd
agent networker /usr/sbin/nsrexecd
agent proxmox /usr/bin/proxmox-backup-client
agent rubrik /etc/rubrik /usr/bin/rubrik
agent spectrum-protect /opt/tivoli/tsm/client/ba/bin/dsmc
agent urbackup /usr/local/sbin/urbackupclientbackend /usr/sbin/urbackupclientbackend
agent veeam /usr/sbin/veeamservice /usr/bin/veeamconfig

kept() { found=1 && echo "snapshots $1"; }
if have zfs && grep -q ' zfs ' /proc/self/mounts && [ -n "$(zfs list -t snapshot -Hp -o name | head -n 1)" ]; then kept zfs; fi
for file in /etc/snapper/configs/*; do
  if [ -e "$file" ]; then kept snapper && break; fi
done
if [ -e /etc/timeshift/timeshift.json ]; then kept timeshift; fi
[ -n "$found" ] || absent "none of the known backup programs, and no snapshots"
echo "now $(date -u +%Y-%m-%dT%H:%M:%SZ)"
echo "zone $(unset TZ && date +%z)"

# place WORD: of lines `kind location`, the location without user, password and query.
place() {
  awk -v word="$1" '{
    kind = $1
    sub(/^[^ ]+ /, "")
    gsub(/["\047]/, "")
    # Such a sign before an @ stands in a password.
    if (/[?#].*@/) $0 = "-"
    sub(/[?#].*/, "")
    gsub(/\/\/.*@/, "//")
    if (sub(/^sftp:.*@/, "")) $0 = "sftp:" $0
    sub(/^[^\/]*@/, "")
    print word, kind, ($0 ~ /^[[:alnum:]][[:alnum:]_.:\/~-]*$/ || $0 ~ /^\/[[:alnum:]_.:\/~ -]*$/) ? $0 : "-"
  }'
}

# Services that name one of the programs, or start a script that does.
set -- /etc/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf /usr/local/lib/systemd/system/*.service \
  /usr/lib/systemd/system/*.service /lib/systemd/system/*.service
for file; do
  shift
  [ ! -r "$file" ] || set -- "$@" "$file"
done
scripts=$([ $# -eq 0 ] || awk '/^ExecStart=/ {
  path = $0
  sub(/^ExecStart=[-@:+!]*/, "", path)
  sub(/[ \t].*/, "", path)
  if (path ~ /^\// && path !~ /^\/(usr\/)?(s?bin|lib)\//) print path, FILENAME
}' "$@" | while read -r path unit; do
  tool=$(grep -osE "^[^#]*$tools" "$path" | head -n 1 | grep -oE "($names)[^[:alnum:]_-]?\$" | tr -cd '[:alnum:]')
  [ -z "$tool" ] || echo "$path $tool $unit"
done)
units=$({
  [ $# -eq 0 ] || grep -lsE "^ExecStart=.*$tools" "$@"
  printf '%s\n' "$scripts" | sed 's/^[^ ]* [^ ]* //'
} | sed -n 's#\.service\.d/[^/]*$#.service#; s#^.*/##; s#@\.service$#@*.service#; /\.service$/p' | sort -u)
[ -z "$scripts" ] || echo "$scripts" | sed -E 's#^[^ ]* ([^ ]*) .*/([^/]*)#script \2 \1#'
if [ -n "$units" ]; then
  echo "$units" | sed 's/^/service /'
  if [ -d /run/systemd/system ] && have systemctl; then
    # shellcheck disable=SC2086  # one word for each unit
    systemctl show --no-pager -p Id,LoadState,ActiveState,Result,ExecMainExitTimestamp,ExecStart $units | awk -v names="^($names)\$" -v actions="^($actions)\$" '
      /^(Id|LoadState|ActiveState|Result|ExecMainExitTimestamp)=/ { print "unit " $0 }
      /^ExecStart=/ {
        split($0, part, / ; /)
        argv = $0
        sub(/^.*argv\[\]=/, "", argv)
        sub(/ ; ignore_errors=.*/, "", argv)
        line = "unit run"
        seen = ""
        count = split(argv, word, /[ \t]+/)
        for (i = 1; i <= count; i++) {
          base = word[i]
          sub(/^.*\//, "", base)
          gsub(/[^[:alnum:]_-]/, "", base)
          # What only tries, shows or explains is no backup, in whichever way it is asked for.
          if (seen && (word[i] ~ /^--(dry-?run|preview|help|version)(=|$)/ || word[i] ~ /^-[A-Za-z]*[hnV][A-Za-z]*$/)) base = "--dry-run"
          if (seen == "rsnapshot" && word[i] ~ /^-[A-Za-z]*t[A-Za-z]*$/) base = "--dry-run"
          if (base ~ names) seen = base
          else if (seen != "" ? word[i] ~ /\// || base !~ actions : base !~ /^(sh|bash|dash)$/) continue
          line = line " " base
        }
        for (i in part) if (part[i] ~ /^(ignore_errors|stop_time|code|status)=/) {
          sub(/ \}$/, "", part[i])
          line = line " ; " part[i]
        }
        print line
      }
      /^$/ { print "unit" }'
  fi
fi
grep -HosE "^[^#]*$tools" /etc/crontab /etc/anacrontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* \
  /etc/cron.weekly/* /etc/cron.monthly/* /var/spool/cron/crontabs/* /var/spool/cron/* /etc/crontabs/* |
  sed -nE "s/^([^:]*):.*[^[:alnum:]_-]($names)[^[:alnum:]_-]?\$/cron \\2 \\1/p" | sort -u

# Where restic, and borg by its variable, are told to write.
set -- "$@" /etc/restic* /etc/restic/* /etc/restic/*/* /etc/default/*restic* /etc/borg* /root/.restic* /root/restic* \
  /etc/cron.d/* /etc/cron.daily/* /etc/cron.weekly/* /var/spool/cron/crontabs/* /var/spool/cron/*
for path in $(printf '%s\n' "$scripts" | sed 's/ .*//'); do set -- "$@" "$path"; done
grep -hosE '(RESTIC_REPOSITORY|BORG_REPO)=("[^"$]*"|[^[:space:]"$]*)' "$@" |
  sed 's/^RESTIC_REPOSITORY=/restic /; s/^BORG_REPO=/borg /' | grep -E '^[a-z]+ "?[^ "]' | place place | sort -u

here=$(uname -n)
for home in /root /home/* /var/lib/borg* /var/lib/backup* /var/backups; do
  for folder in "$home"/.config/borg/security/*; do
    [ -f "$folder/location" ] || continue
    id=${folder##*/}
    echo "borg $id key-type $(head -c 3 "$folder/key-type" | tr -cd '0-9')"
    echo "- $(head -n 1 "$folder/location")" | place "borg $id location"
    stat -c "borg $id files %Y" "$home/.cache/borg/$id"/files* 2>/dev/null
    at=$(head -n 1 "$folder/location")
    if [ -r "$at/config" ]; then sed -n "s/^append_only *= */borg $id append-only /p" "$at/config"; fi
    stat -c "borg $id checked %Y" "$home/.borgmatic/checks/$id"/repository "$home/.local/state/borgmatic/checks/$id"/repository 2>/dev/null
  done
  for folder in "$home"/.cache/duplicity/*/; do
    [ -d "$folder" ] || continue
    id=${folder%/}
    newest=$(find "$folder" -name 'duplicity-*.manifest*' ! -name '*.part' -size +0 | sed 's#.*/##' | grep -oE '[0-9]{8}T[0-9]{6}Z\.manifest' | sort | tail -n 1)
    echo "duplicity ${id##*/} $newest"
    # Who looks into a repository, or restores from it, gets the records of the machine that writes there.
    for file in "$folder"duplicity-*"${newest:-none}"; do
      name=$(sed -n '1s/^Hostname //p' "$file")
      [ "${name%%.*}" = "${here%%.*}" ] || echo "of-others duplicity ${id##*/}"
    done
  done
  file=$home/.config/kopia/repository.config
  if [ -r "$file" ]; then
    awk '{ gsub(/[{},]/, "\n&") } 1' "$file" | sed -nE 's/^[^"]*"(type|bucket|endpoint|container|host|path|url)" *: *"([^"]*)".*/\1 \2/p' | place kopia
  fi
done

for file in /etc/pgbackrest/pgbackrest.conf /etc/pgbackrest.conf /etc/pgbackrest/conf.d/*.conf; do
  [ ! -r "$file" ] || sed -nE 's/^(repo[0-9]+-(type|path|host|s3-bucket|azure-container|gcs-bucket|cipher-type)) *= */pgbackrest \1 /p; s/^\[([^]:]+)\].*/pgbackrest section \1/p' "$file"
done
# Backups of databases on other machines are none of this one.
# shellcheck disable=SC2016  # awk's own variables
others='
/^[ \t]*\[/ { section = $0; gsub(/^[ \t]*\[|[]:].*/, "", section) }
/^[ \t]*pg[0-9]+-host[ \t]*=/ && section != "global" { print "of-others pgbackrest " section }
/^[ \t]*conninfo[ \t]*=/ && match($0, /host(addr)?[ \t]*=[ \t]*[^ \t]+/) {
  host = substr($0, RSTART, RLENGTH)
  sub(/^[^=]*=[ \t]*/, "", host)
  gsub(/["\047]/, "", host)
  if (host !~ /^(localhost|127\.[0-9.]+|::1|[/].*)$/ && host != here) print "of-others barman " section
}'
for file in /etc/pgbackrest/pgbackrest.conf /etc/pgbackrest.conf /etc/pgbackrest/conf.d/*.conf /etc/barman.conf /etc/barman.d/*.conf; do
  [ ! -r "$file" ] || awk -v here="$here" "$others" "$file"
done
for file in /var/log/pgbackrest/*-backup.log /var/log/pgbackrest/*-verify.log; do
  [ -r "$file" ] || continue
  echo "pgbackrest-log ${file##*/} $(tail -n 2000 "$file" | grep -oE '^.{0,60} (backup|verify) command (begin|end: [a-z ]+)' | tail -n 1)"
done
for file in /var/lib/barman/*/base/*/backup.info; do
  [ -r "$file" ] || continue
  name=${file#/var/lib/barman/}
  echo "barman ${name%%/*} $(sed -n 's/^status=//p' "$file") $(sed -n 's/^end_time=//p' "$file")"
done
if [ -r /etc/rsnapshot.conf ]; then
  if grep -qE '^backup[[:space:]]+[^/]' /etc/rsnapshot.conf && ! grep -qE '^(backup[[:space:]]+/|include_conf|backup_script|backup_exec)' /etc/rsnapshot.conf; then
    echo "of-others rsnapshot"
  fi
  sed -nE 's/^snapshot_root[ \t]+/rsnapshot /p' /etc/rsnapshot.conf | place place
  log=$(sed -nE 's/^logfile[ \t]+//p' /etc/rsnapshot.conf | tail -n 1)
  if [ -r "$log" ]; then
    tail -n 2000 "$log" | grep -oE '^.{0,60}/rsnapshot [a-z0-9_-]+: (started|completed[a-z, ]*|ERROR)' | tail -n 1 | sed 's/^/rsnapshot-log /'
  fi
fi
# A path may lead to a file server, mounted now or when it is needed.
for file in /proc/self/mounts /etc/fstab; do
  [ ! -r "$file" ] || awk '$1 !~ /^#/ && $3 ~ /^(nfs4?|cifs|smb3|smbfs|afs|ceph|lustre|glusterfs|9p|davfs|autofs|fuse[.].*)$/ { print "share", $3, $2 }' "$file"
done
exit 0
