# What apt would offer, by the lists that are on the machine. Nothing is refreshed, locked or written: apt
# keeps the cache that it works with in memory, because the two cache files have no name, and the nameless file
# into which it copies a signed Release file while it reads it is in memory too (TMPDIR).
if ! have apt-get || [ ! -s /var/lib/dpkg/status ]; then
  for other in rpm dnf yum zypper; do
    have "$other" && absent "no apt, or dpkg has installed nothing"
  done
  unsupported "no apt, dnf, yum or zypper: how packages are updated here is not known"
fi
[ -r /var/lib/dpkg/status ] || denied "/var/lib/dpkg/status cannot be read"
# shellcheck disable=SC2016  # dpkg-query fills that in
form='${db:Status-Abbrev} ${binary:Package} ${Package} ${Architecture} ${source:Package} ${source:Version}\n'
installed=$(dpkg-query -W -f "$form") || exit 1
names=$(echo "$installed" | awk 'substr($1, 2, 1) !~ /[nc]/ { print $2 }')
echo "manager apt"
echo "$installed" | awk '$3 == "dpkg" { print "native " $4 } substr($1, 1, 1) == "h" { print "held " $2 }'

# Where the lists are. What cannot be read there is said. A list whose source was taken out, or whose packages
# for this machine are not among those that apt goes by, stays in the folder and shows nothing.
lists=$(apt-config shell D Dir::State::lists/d) || exit 1
lists=${lists#??\'}
lists=${lists%\'}
[ -d "$lists" ] && [ ! -x "$lists" ] && denied "$lists cannot be searched"
for place in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/*; do
  if [ -e "$place" ] && [ ! -r "$place" ]; then echo "denied $place"; fi
done
native=$(echo "$installed" | awk '$3 == "dpkg" { print $4 }')
# shellcheck disable=SC2016  # apt fills that in
used=$(TMPDIR=/dev/shm apt-get -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= indextargets \
  --format ' $(FILENAME)' 'Created-By: Packages' \
  "Architecture: $native") || exit 1
for file in "$lists"*Release; do
  [ -e "$file" ] || continue
  index=${file%_*}_
  case $index in *-security_ | *_updates_) index=${index}main_ ;; esac
  case $used in
    *" $index"*) ;;
    *) [ -r "$file" ] && echo "unused ${file##*/}" && continue ;;
  esac
  if [ -r "$file" ]; then
    echo "release ${file##*/}"
    grep -E '^(Origin|Label|Suite|Codename|Date): ' "$file"
  else
    echo "denied $file"
  fi
done

# Of each package with a newer version in the lists, the table of its versions, the newest one first, and the
# source package that the installed version was built from: advisories speak of source packages.
# shellcheck disable=SC2086  # a name has no blanks
{
  echo "$installed" | sed 's/^/installed: /'
  TMPDIR=/dev/shm apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy $names
  echo "exit: $?"
} | awk -v native=":$native" '
  function flush() {
    if (newer) printf "%s", block
    if (newer && (name in source)) print "source " name " " source[name]
    block = ""; newer = 0; seen = 0
  }
  /^exit: / { failed = $2 != 0; next }
  /^installed: / { name = $3; sub(native "$", "", name); source[name] = $6 " " $7; next }
  /^[^ ]/ { flush(); name = substr($1, 1, length($1) - 1) }
  /^ \*\*\* / { seen = 1 }
  /^     [^ ]/ { if (!seen) newer = 1 }
  { gsub(/\/\/[^\/ ]*@/, "//"); block = block $0 "\n" }
  END { flush(); exit failed }
' || exit 1
exit 0
