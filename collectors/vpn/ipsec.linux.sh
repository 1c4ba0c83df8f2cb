has=''
for program in ipsec strongswan swanctl charon-systemd /usr/lib/ipsec/charon /usr/libexec/strongswan/charon \
  /usr/libexec/ipsec/charon /usr/libexec/ipsec/pluto; do
  ! have $program || has=yes
done
[ -n "$has" ] || absent "no IPsec is installed: neither strongSwan nor Libreswan"
if have ipsec; then
  case $(ipsec --version) in
    *ibreswan* | *penswan*) unsupported "Libreswan's settings are not read: they name algorithms in a way of their own" ;;
  esac
elif [ -e /usr/libexec/ipsec/pluto ]; then
  unsupported "Libreswan's settings are not read: they name algorithms in a way of their own"
fi
for folder in /etc/swanctl /etc/swanctl/conf.d /etc/strongswan /etc/strongswan/swanctl; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || echo "igaudit-denied $folder"
done

# follow PATTERN FOLDER KIND DEPTH: every file that an include names.
# shellcheck disable=SC2030,SC2031
follow() (
  case $1 in
    /*) pattern=$1 ;;
    *) pattern=$2/$1 ;;
  esac
  IFS=
  for file in $pattern; do
    if [ -f "$file" ]; then
      show "$file" "$3" "$4"
    elif closed "${file%/*}"; then
      echo "igaudit-denied ${file%/*}"
    fi
  done
)
# show FILE ipsec|swanctl DEPTH: of the connections what says how they are encrypted, and never a secret.
# shellcheck disable=SC2030,SC2031
show() (
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit 0
  fi
  if [ "$3" -gt 5 ]; then
    echo "igaudit-deep $1"
    exit 0
  fi
  echo "igaudit-file $1"
  awk -v kind="$2" "$words" "$1" | while IFS= read -r line; do
    case $line in
      "include	"*) follow "${line#include?}" "${1%/*}" "$2" $(($3 + 1)) ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  echo "igaudit-end $1"
)
# ipsec.conf is lines below `conn NAME`; swanctl.conf is blocks in braces.
# shellcheck disable=SC2016  # awk's own variables
words='
function told(name, value) {
  gsub(/^[ \t"]+|[ \t"]+$/, "", value)
  if (name ~ /^(keyexchange|ike|esp|ah|phase2|phase2alg|ikelifetime|lifetime|keylife|salifetime|authby|(left|right)?auth2?|aggressive|also|auto|type|(left|right)protoport|version|proposals|(esp|ah)_proposals|rekey_time|reauth_time|over_time|life_time|rand_time|pfs|mode|(local|remote)_ts)$/)
    print name "\t" value
}
function unquoted(line,   out, inner) {
  out = ""
  while (match(line, /"[^"]*"/)) {
    inner = substr(line, RSTART + 1, RLENGTH - 2)
    gsub(/[{}#=]/, "", inner)
    out = out substr(line, 1, RSTART - 1) inner
    line = substr(line, RSTART + RLENGTH)
  }
  return out line
}
{ sub(/\r$/, ""); $0 = unquoted($0); sub(/#.*/, ""); gsub(/[ \t]+$/, "") }
/^[ \t]*$/ { next }
/^[ \t]*include[ \t]/ { sub(/^[ \t]*include[ \t]+/, ""); gsub(/"/, ""); print "include\t" $0; next }
kind == "ipsec" && /^[^ \t]/ { print "section\t" $1 "\t" $2; next }
kind == "ipsec" {
  at = index($0, "=")
  name = tolower(substr($0, 1, at - 1))
  gsub(/[ \t]/, "", name)
  told(name, substr($0, at + 1))
  next
}
{
  line = $0
  while (line != "") {
    if (match(line, /[{}]/) == 0) { rest = line; line = ""; mark = "" }
    else { rest = substr(line, 1, RSTART - 1); mark = substr(line, RSTART, 1); line = substr(line, RSTART + 1) }
    gsub(/^[ \t]+|[ \t]+$/, "", rest)
    # The brace may stand on the line after the name.
    if (mark == "" && rest != "" && !index(rest, "=")) named = rest
    if (mark == "{" && rest == "") rest = named
    if (mark != "") named = ""
    if (mark == "{") {
      # What a block takes from others, named behind a colon, is not worked out.
      if (!secret && rest ~ /:/) print "igaudit-unfollowed " rest
      sub(/[ \t]*:.*/, "", rest); print "{\t" (secret || rest == "secrets" ? "hidden" : rest); depth++; if (rest == "secrets" && depth == 1) secret = 1
    }
    else {
      at = index(rest, "=")
      if (!secret && at) { name = tolower(substr(rest, 1, at - 1)); gsub(/[ \t]/, "", name); told(name, substr(rest, at + 1)) }
      if (mark == "}") { print "}"; depth--; if (depth == 0) secret = 0 }
    }
  }
}'
# NetworkManager has a way of its own to name settings.
for file in /etc/NetworkManager/system-connections/*; do
  if [ -f "$file" ] && [ ! -r "$file" ]; then
    echo "igaudit-denied $file"
  elif grep -qs '^service-type *=.*\.\(strong\|libre\|open\)swan' "$file"; then
    echo "igaudit-elsewhere $file"
  fi
done
for file in /etc/ipsec.conf /etc/strongswan/ipsec.conf; do
  [ ! -e "$file" ] || { echo "form	sections" && show "$file" ipsec 1; }
done
for file in /etc/swanctl/swanctl.conf /etc/strongswan/swanctl/swanctl.conf; do
  [ ! -e "$file" ] || { echo "form	blocks" && show "$file" swanctl 1; }
done
exit 0
