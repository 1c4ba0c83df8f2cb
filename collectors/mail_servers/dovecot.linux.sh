have dovecot || absent "no Dovecot is installed"
# doveconf is not asked: from 2.4 on it makes a temporary file.
dovecot --version | sed -n 's/^\([0-9.]*\).*/igaudit-version \1/p'
! have openssl || echo "igaudit-openssl $(openssl version)"
main=/etc/dovecot/dovecot.conf
[ ! -e /etc/dovecot ] || [ -x /etc/dovecot ] || denied "/etc/dovecot cannot be read"
[ -e "$main" ] || unsupported "dovecot is installed, and has no $main"
[ -r "$main" ] || denied "$main cannot be read"

# The settings that matter with their blocks, as NAME tab VALUE; others may be passwords.
# shellcheck disable=SC2016  # awk's own variables
words='
{ sub(/\r$/, ""); gsub(/^[ \t]+|[ \t]+$/, "") }
going { $0 = rest " " $0; going = 0 }
/^#/ || $0 == "" { next }
/\\$/ { rest = substr($0, 1, length($0) - 1); going = 1; next }
{ sub(/[ \t]#.*/, ""); gsub(/[ \t]+$/, "") }
/^!include(_try)?[ \t]/ { name = $1; sub(/^[^ \t]+[ \t]+/, ""); gsub(/^["\047]|["\047]$/, ""); print name "\t" $0; next }
/^\}/ { print "}"; next }
/\{$/ { print "{\t" $1; next }
{
  at = index($0, "=")
  if (!at) next
  name = substr($0, 1, at - 1)
  value = substr($0, at + 1)
  gsub(/[ \t]+/, "", name)
  if (name !~ /^(ssl|ssl_min_protocol|ssl_protocols|ssl_cipher_list|disable_plaintext_auth|auth_allow_cleartext|listen)$/) next
  gsub(/^[ \t"\047]+|[ \t"\047]+$/, "", value)
  print name "\t" value
}'
# show FILE DEPTH: the settings of a file, with those of what it includes in their place.
# shellcheck disable=SC2030,SC2031  # the folder is that of the file that includes
show() (
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit 0
  fi
  if [ "$2" -gt 5 ]; then
    echo "igaudit-deep $1"
    exit 0
  fi
  folder=${1%/*}
  echo "igaudit-file $1"
  awk "$words" "$1" | while IFS= read -r line; do
    case $line in
      "!include	"* | "!include_try	"*) follow "${line#*	}" "${line%%	*}" $(($2 + 1)) ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  echo "igaudit-end $1"
)
# follow PATTERN !include|!include_try DEPTH
# shellcheck disable=SC2031
follow() (
  case $1 in
    /*) pattern=$1 ;;
    *) pattern=$folder/$1 ;;
  esac
  IFS=
  for file in $pattern; do
    if [ -e "$file" ]; then
      show "$file" "$3"
    elif closed "${file%/*}"; then
      echo "igaudit-denied ${file%/*}"
    elif [ "$2" = '!include' ]; then
      case $pattern in *[*?[]*) : ;; *) echo "igaudit-missing $pattern" ;; esac
    fi
  done
)
settings=$(show "$main" 1)
printf '%s\n' "$settings"
have openssl || exit 0
{
  printf '%s\n' "$settings" | sed -n 's/^ssl_cipher_list	//p'
  echo 'ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH'
} | sort -u | head -n 20 | while IFS= read -r string; do
  case $string in -*) continue ;; esac
  suites=$(openssl ciphers -s -stdname "$string") || continue
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
exit 0
