# What the repository metadata on the machine offers beyond what is installed. dnf and zypper themselves are
# not run: even with their caches alone they write logs, locks and indexes. This reads what they have fetched.
[ -s /var/lib/dpkg/status ] && absent "dpkg installs the packages here"
have rpm || absent "no rpm"
if have zypper; then
  manager=zypper cache=/var/cache/zypp/raw
elif have dnf5 && [ -d /var/cache/libdnf5 ]; then
  manager=dnf cache=/var/cache/libdnf5
elif have dnf; then
  manager=dnf cache=/var/cache/dnf
elif have yum; then
  manager=yum cache=/var/cache/yum
else
  unsupported "rpm, but no dnf, yum or zypper: how packages are updated here is not known"
fi
[ -d "$cache" ] && [ ! -x "$cache" ] && denied "$cache cannot be searched"
installed=$(rpm -qa --qf '%{NAME} %{ARCH} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\n') || exit 1
[ -n "$installed" ] || unsupported "rpm lists no package"
echo "manager $manager"

# Which repositories are on, which packages are excluded or locked, which module streams are in use. No other
# line of these files is printed: some hold passwords.
if [ "$manager" = zypper ]; then
  set -- /etc/zypp/repos.d/*.repo /etc/zypp/locks
else
  set -- /etc/yum.conf /etc/dnf/dnf.conf /etc/dnf/libdnf5.conf.d/*.conf /etc/yum.repos.d/*.repo \
    /etc/yum/repos.d/*.repo /etc/distro.repos.d/*.repo /etc/dnf/repos.override.d/*.repo \
    /etc/dnf/modules.d/*.module /etc/dnf/plugins/versionlock.list /etc/yum/pluginconf.d/versionlock.list \
    /etc/dnf/versionlock.toml
fi
for file in "$@"; do
  shift
  [ -e "$file" ] || continue
  if [ -r "$file" ]; then set -- "$@" "$file"; else echo "denied $file"; fi
done
[ $# -gt 0 ] && awk '
  FNR == 1 { print "file " FILENAME; goes_on = 0 }
  /^[ \t]*(#|$)/ { next }
  FILENAME ~ /(versionlock\.(list|toml)|\/locks)$/ { print "| " $0; next }
  /^\[/ { print "| " $0; goes_on = 0; next }
  /^[ \t]/ { if (goes_on) print "| " $0; next }
  { goes_on = /^exclude(pkgs)?[ \t]*=/ }
  goes_on || /^(enabled|stream|state)[ \t]*=/ { print "| " $0 }
' "$@"

unpack() {
  case $1 in
    *.gz) gzip -dc "$1" ;;
    *.xz) xz -dc "$1" ;;
    *.bz2) bzip2 -dc "$1" ;;
    *.zst) zstd -dcq "$1" ;;
    *.zck) unzck -c "$1" ;;
    *) cat "$1" ;;
  esac
}

# give KIND DIRECTORY: the file of this kind that the repository names, and whether all of it was read.
give() {
  for file in "$2"/*"$1".xml*; do
    if [ -e "$file" ] && grep -qF "${file##*/}" "$2/repomd.xml"; then
      echo "<igaudit reads $1>"
      unpack "$file" && echo "<igaudit read $1>"
      return
    fi
  done
}

{
  echo "$installed"
  for repomd in "$cache"/*/repodata/repomd.xml "$cache"/*/*/*/repomd.xml; do
    [ -e "$repomd" ] || continue
    folder=${repomd%/repomd.xml}
    name=${folder%/repodata}
    echo "<igaudit repo ${name##*/}>"
    if [ ! -r "$repomd" ]; then
      echo "<igaudit denied $repomd>"
      continue
    fi
    stat -c '<igaudit confirmed %Y>' "$repomd" "$folder"/*primary.xml* "$folder"/cachecookie 2>/dev/null
    cat "$repomd"
    if grep -q 'type="updateinfo' "$repomd"; then give updateinfo "$folder"; else give primary "$folder"; fi
  done
} | awk '
  function attr(key, at, rest) {
    at = index($0, " " key "=\"")
    if (!at) return ""
    rest = substr($0, at + length(key) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
  }
  function text(value) {
    value = substr($0, index($0, ">") + 1)
    gsub(/[ \t\r\n]+/, " ", value)
    return substr(value, 1, 100)
  }
  function here(name, arch) {
    if (arch == "src" || arch == "nosrc" || !(name in names)) return 0
    if (!((name, arch) in kinds) && !((name, "noarch") in kinds) && arch != "noarch") return 0
    return wanted[name] = 1
  }
  function evr(epoch, version, release) { return (epoch == "" ? 0 : epoch) ":" version "-" release }
  BEGIN { RS = "<"; FS = "\n" }
  NR == 1 {
    count = split($0, rows, "\n")
    for (i = 1; i <= count; i++) if (split(rows[i], cell, " ") == 3) { names[cell[1]] = 1; kinds[cell[1], cell[2]] = 1 }
    next
  }
  /^(rpm:|filename|sum|description|\/[^u])/ { next }
  /^package / {
    name = attr("name")
    if (here(name, attr("arch")))
      found = found "package " name " " attr("arch") " " evr(attr("epoch"), attr("version"), attr("release")) module "\n"
    next
  }
  /^igaudit / { sub(/>.*/, ""); print substr($0, 9); next }
  /^update / { found = ""; head = "type " attr("type") "\nstatus " attr("status") "\n"; cves = ""; id = "?"; next }
  /^id>/ { id = text(); next }
  /^severity>/ { head = head "severity " text() "\n"; next }
  /^issued / { head = head "issued " attr("date") "\n"; next }
  /^reference / { if (attr("type") == "cve") cves = cves " " attr("id"); next }
  /^collection/ { module = ""; next }
  /^module / { module = " " attr("name") ":" attr("stream"); next }
  /^\/update>/ { if (found) printf "%s", "advisory " id "\n" head "cves" cves "\n" found; next }
  /^name>/ { name = text(); next }
  /^arch>/ { arch = text(); next }
  /^version / { if (here(name, arch)) print "offer " name " " arch " " evr(attr("epoch"), attr("ver"), attr("rel")); next }
  /^data / { print "data " attr("type"); next }
  /^timestamp>/ { print "timestamp " text(); next }
  /^revision>/ { print "revision " text() }
  END { for (i = 1; i <= count; i++) if (split(rows[i], cell, " ") == 3 && cell[1] in wanted) print "installed " rows[i] }
'
exit 0
