have sudo || have doas || absent "neither sudo nor doas is installed"
have awk || unsupported "there is no awk"
set -f
IFS='
'
echo "host $(uname -n)"
if have sudo; then
  # It looks its own machine up, so it must not wait for a name server that is silent.
  quickly() { "$@"; }
  ! have timeout || quickly() { timeout 4 "$@"; }
  echo "version $(quickly sudo -V 2>/dev/null | grep -i '^sudo.*[0-9]' | head -n 1)"
  grep -s '^[[:space:]]*sudoers[[:space:]]*:' /etc/nsswitch.conf | sed 's/^/nsswitch /'
fi

# show LANGUAGE FILE...: their lines without comments. What follows a command may be a password: what looks
# like one is cut here, and nothing that is judged stands in that place.
show() {
  language=$1
  shift
  awk -v language="$language" '
    function without_secrets(text,   at, head) {
      if (defaults) return text
      at = continued ? 0 : index(text, "/")
      if (at == 0 && !continued) return text
      head = substr(text, 1, at); text = substr(text, at + 1)
      gsub(/([Pp]ass|PASS|[Ss]ecret|SECRET|[Tt]oken|TOKEN|[Kk]ey|KEY)[A-Za-z_-]*=[^ \t,]+/, "secret=[cut]", text)
      gsub(/[ \t]-p[^ \t,]+/, " -p[cut]", text)
      return head text
    }
    FNR == 1 { print "in " FILENAME; continued = 0 }
    language == "doas" { gsub(/[{][^}]*[}]/, "{[cut]}"); sub(/[ \t]args[ \t].*/, " args [cut]"); sub(/^[ \t]*#.*/, "") }
    /^[ \t]*#/ && !/^[ \t]*#include(dir)?[ \t]/ && !/^[ \t]*#[0-9]/ { continued = 0; next }
    /^[ \t]*$/ { continued = 0; next }
    {
      if (!continued) defaults = ($0 ~ /^[ \t]*Defaults/)
      print language " " without_secrets($0)
      continued = ($0 ~ /[\\]$/)
    }
  ' "$@"
}

# The files that those of this round include, as `include PATH` and `includedir PATH`.
includes() {
  awk '
    /^[ \t]*[#@]include(dir)?[ \t]/ {
      what = $1; sub(/^[#@]/, "", what)
      path = $0; sub(/^[ \t]*[#@]include(dir)?[ \t]+/, "", path); sub(/[ \t]+(#.*)?$/, "", path)
      gsub(/"/, "", path)
      folder = FILENAME; sub(/[^\/]*$/, "", folder)
      if (path !~ /^\//) path = folder path
      print what " " path
    }
  ' "$@"
}

# take FILE: for the next round, once.
seen=
take() {
  case $seen in *"
$1
"*) return ;; esac
  seen="$seen
$1
"
  if [ -r "$1" ] && [ -f "$1" ]; then
    echo "read $1"
    next="$next$1
"
  elif [ -r "$1" ]; then
    echo "other $1"
  elif [ -e "$1" ] || [ ! -x "${1%/*}/" ]; then
    echo "denied $1"
  else
    echo "missing $1"
  fi
}

# list FOLDER: its files in the order of their names; sudo passes over names with a dot or a final tilde.
list() {
  if [ -d "$1" ] && [ ! -r "$1" ]; then
    echo "denied $1"
    return
  fi
  echo "folder $1"
  set +f
  for entry in "${1%/}"/*; do
    case ${entry##*/} in
      *.* | *'~') [ ! -e "$entry" ] || echo "passed over $entry" ;;
      *) [ ! -e "$entry" ] || take "$entry" ;;
    esac
  done
  set -f
}

next=
if have sudo; then
  for main in /etc/sudoers /usr/etc/sudoers /usr/local/etc/sudoers; do
    [ ! -e "$main" ] || break
  done
  [ ! -e "$main" ] || [ -r "$main" ] || denied "$main is for root's eyes"
  take "$main"
fi
round=0
while [ -n "$next" ] && [ "$round" -lt 20 ]; do
  # shellcheck disable=SC2086  # one file a line
  set -- $next
  next=
  show sudo "$@"
  for line in $(includes "$@"); do
    case $line in
      *%h*) echo "unresolved ${line#* }" ;;
      "include "*) take "${line#include }" ;;
      "includedir "*) list "${line#includedir }" ;;
    esac
  done
  round=$((round + 1))
done
[ -z "$next" ] || echo "unresolved more than 20 levels of include"
if have doas; then
  next=
  set +f
  for file in /etc/doas.conf /usr/local/etc/doas.conf /etc/doas.d/*.conf; do
    [ ! -e "$file" ] || take "$file"
  done
  set -f
  # shellcheck disable=SC2086  # one file a line
  [ -z "$next" ] || show doas $next
fi
exit 0
