# Where packages come from, as the package manager's own files say. User names, passwords and tokens in
# addresses are cut out here, before anything leaves the machine; files with passwords are not opened.
without_secrets() {
  sed -E \
    -e 's#://[^/@[:space:]]*@#://#g' \
    -e 's#\?[^[:space:]]*##g' \
    -e 's#(dl\.cloudsmith\.io|/priv|_priv)([/_])[^/_[:space:]]*#\1\2removed#g' \
    -e 's#([/_])[A-Za-z0-9]{32,}([/_[:space:]]|$)#\1removed\2#g'
}

# show PATTERN FILE…: the lines of each file that match, each with `|` before it, under the file's name.
show() {
  pattern=$1
  shift
  for file in "$@"; do
    shift
    if [ ! -e "$file" ]; then
      continue
    elif [ -r "$file" ]; then
      set -- "$@" "$file"
    else
      echo "denied $file"
    fi
  done
  [ $# = 0 ] || awk -v pattern="$pattern" \
    'FNR == 1 { print "file " FILENAME } $0 ~ pattern { print "|" $0 }' "$@" | without_secrets
}

# folder DIR…: says which folders cannot be looked into.
folder() {
  for dir in "$@"; do
    if [ -d "$dir" ] && { [ ! -r "$dir" ] || [ ! -x "$dir" ]; }; then echo "denied $dir"; fi
  done
}

os=/etc/os-release
[ -r "$os" ] || os=/usr/lib/os-release
[ -r "$os" ] && grep -E '^(ID|VERSION_CODENAME)=' "$os"
ini='^[[]|^[ \t]+[a-z]+:|^(baseurl|mirrorlist|metalink|enabled|gpgcheck|pkg_gpgcheck|repo_gpgcheck|reposdir)[ \t]*[=:]'

# The other package manager may be installed as a mere tool: apt counts where dpkg has packages.
if have apt-get && [ -s /var/lib/dpkg/status ]; then
  echo "manager apt"
  apt-config dump | grep -iE \
    '^(APT::Get::AllowUnauthenticated|Acquire::Allow|Acquire::https::.*Verify|Dir::Etc::source)'
  folder /etc/apt /etc/apt/sources.list.d
  show '^[ \t]*[^# \t]|^[ \t]*$' /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources
  if cd /var/lib/apt/lists 2>/dev/null; then
    grep -Hm1 '^Origin:' ./*Release | without_secrets | sed 's/^/origin /'
  fi
elif have zypper; then
  echo "manager zypp"
  folder /etc/zypp/repos.d
  show "$ini" /etc/zypp/zypp.conf /etc/zypp/repos.d/*.repo
elif have dnf || have yum || have dnf5; then
  echo "manager dnf"
  folder /etc/yum.repos.d
  show "$ini" /etc/dnf/dnf.conf /etc/yum.conf /etc/yum.repos.d/*.repo /etc/dnf/repos.override.d/*.repo
else
  unsupported "no apt, dnf, yum or zypper"
fi
exit 0
