# Settings, timers and the last run of unattended-upgrades.
if ! have apt-config || [ ! -s /var/lib/dpkg/status ]; then
  for other in rpm dnf yum zypper; do
    have "$other" && absent "no apt, or dpkg has installed nothing"
  done
  unsupported "no apt, dnf, yum or zypper: how packages are updated here is not known"
fi
settings=$(apt-config dump) || exit 1
have unattended-upgrade && echo "tool unattended-upgrades"
echo "$settings" |
  grep -E '^(APT::Periodic::|Unattended-Upgrade::(Allowed-Origins|Origins-Pattern|Package-(Black|White)list)[:-])'
grep -hE '^(ID|VERSION_CODENAME|VERSION_ID)=' /etc/os-release

# What the repositories call themselves: the patterns of origins are matched against it. A list whose source was
# taken out stays in the folder, and is not counted. apt keeps its cache in memory only (see updates).
lists=$(apt-config shell D Dir::State::lists/d) || exit 1
lists=${lists#??\'}
lists=${lists%\'}
for place in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/*; do
  if [ -e "$place" ] && [ ! -r "$place" ]; then echo "denied $place"; fi
done
# shellcheck disable=SC2016  # apt fills that in
used=$(TMPDIR=/dev/shm apt-get -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= indextargets \
  --format ' $(FILENAME)' 'Created-By: Packages') ||
  echo "denied apt-get indextargets"
for file in "$lists"*Release; do
  [ -e "$file" ] || continue
  case $used in *" ${file%_*}_"*) ;; *) [ -r "$file" ] && echo "unused ${file##*/}" && continue ;; esac
  if [ -r "$file" ]; then
    echo "release ${file##*/}"
    grep -E '^(Origin|Label|Suite|Codename|Date): ' "$file"
  else
    echo "denied $file"
  fi
done

echo "units"
if [ -d /run/systemd/system ]; then
  systemctl show -p Id,LoadState,UnitFileState,ActiveState apt-daily.timer apt-daily-upgrade.timer
else
  echo "no systemd"
fi

# The stamp is set after each scheduled run that ended well; errors stand in the log, in local time.
echo "last run"
stamps=/var/lib/apt/periodic
if [ -x "$stamps" ]; then
  stat -c 'stamp %Y' "$stamps/upgrade-stamp" 2>/dev/null || echo "no stamp"
elif [ -e "$stamps" ]; then
  echo "denied $stamps"
else
  echo "no stamp"
fi
log=/var/log/unattended-upgrades/unattended-upgrades.log
echo "zone $(unset TZ; date +%z)"
if [ -d "${log%/*}" ] && [ ! -x "${log%/*}" ]; then
  echo "denied ${log%/*}"
elif [ -e "$log" ] && [ ! -r "$log" ]; then
  echo "denied $log"
elif [ -e "$log" ]; then
  echo "log"
  grep -aE '^[0-9-]{10} [0-9:,]+ (ERROR|CRITICAL) ' "$log" | tail -n 3 | sed 's|//[^/@ ]*@|//|g' | cut -c 1-300
else
  echo "no log"
fi
exit 0
