program=''
for name in mariadbd mysqld /usr/libexec/mariadbd /usr/libexec/mysqld /usr/local/mysql/bin/mysqld; do
  [ -n "$program" ] || ! have $name || program=$name
done
[ -n "$program" ] || absent "neither MySQL nor MariaDB is installed"
echo "igaudit-version $($program --no-defaults --version)"
! have openssl || echo "igaudit-openssl $(openssl version)"

# Of the groups for the server the options that matter, as NAME tab VALUE; others may be passwords.
# shellcheck disable=SC2016  # awk's own variables
words='
{ sub(/\r$/, ""); gsub(/^[ \t]+|[ \t]+$/, "") }
/^!include(dir)?[ \t]/ { print $1 "\t" $2; next }
/^\[/ { gsub(/^\[|\].*$/, ""); print "group\t" $0; next }
/^[#;]/ || $0 == "" { next }
{
  at = index($0, "=")
  name = tolower(at ? substr($0, 1, at - 1) : $0)
  value = at ? substr($0, at + 1) : ""
  gsub(/[ \t]+$/, "", name)
  gsub(/-/, "_", name)
  sub(/^loose_/, "", name)
  if (name !~ /^(ssl|(skip|disable|enable)_ssl|tls_version|ssl_cipher|require_secure_transport|(skip|disable)_require_secure_transport|ssl_cert|(mysqlx_)?bind_address|admin_address|((skip|disable|enable)_)?mysqlx|skip_networking|datadir)$/) next
  if (value !~ /^[ \t]*["\047]/) sub(/[ \t]#.*/, "", value)
  gsub(/^[ \t"\047]+|[ \t"\047]+$/, "", value)
  print name "\t" value (at ? "" : "\tbare")
}'
# show FILE DEPTH: the options of a file, with those of what it includes in their place.
show() (
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit 0
  fi
  if [ "$2" -gt 6 ]; then
    echo "igaudit-deep $1"
    exit 0
  fi
  echo "igaudit-file $1"
  awk "$words" "$1" | while IFS= read -r line; do
    path=${line#*	}
    case $line in
      "!include	"*)
        if [ -e "$path" ] || closed "${path%/*}"; then show "$path" $(($2 + 1)); else echo "igaudit-missing $path"; fi
        ;;
      "!includedir	"*)
        ! closed "${path%/}" || echo "igaudit-denied $path"
        for inner in "${path%/}"/*.cnf; do
          [ ! -e "$inner" ] || show "$inner" $(($2 + 1))
        done
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  echo "igaudit-end $1"
)
settings=$(for file in /etc/my.cnf /etc/mysql/my.cnf; do
  if [ -e "$file" ]; then
    show "$file" 1
  elif closed "${file%/*}"; then
    echo "igaudit-denied ${file%/*}"
  fi
done)
printf '%s\n' "$settings"
# What was set for good with SQL, and the certificate that MySQL makes for itself.
data=$(printf '%s\n' "$settings" | sed -n 's/^datadir	//p' | tail -n 1)
data=${data:-/var/lib/mysql}
data=${data%/}
if [ -x "$data" ]; then
  echo "igaudit-data read"
  [ ! -e "$data/server-cert.pem" ] || echo "igaudit-certificate $data/server-cert.pem"
  if [ -r "$data/mysqld-auto.cnf" ]; then
    tr -d '\n' <"$data/mysqld-auto.cnf" | grep -oE '"(tls_version|require_secure_transport|ssl_cipher|bind_address|mysqlx_bind_address|admin_address)" *: *\{[^{}]*"Value" *: *"[^"]*"' |
      sed 's/^"\([a-z_]*\)".*"Value" *: *"\([^"]*\)"$/persisted	\1	\2/'
  elif [ -e "$data/mysqld-auto.cnf" ]; then
    echo "igaudit-denied $data/mysqld-auto.cnf"
  fi
elif [ -e "$data" ]; then
  echo "igaudit-data denied"
fi
# What runs with other settings is not read.
cat /proc/[0-9]*/cmdline | tr '\0' '\n' | awk '
/(^|\/)(mysqld|mariadbd)$/ { at = NR }
at && NR == at + 1 && /^--defaults-(file|extra-file|group-suffix)=/ { sub(/^[^=]*=/, ""); print }' | sort -u | while IFS= read -r place; do
  case $place in /etc/my.cnf | /etc/mysql/my.cnf) : ;; *) echo "igaudit-elsewhere $place" ;; esac
done
have openssl || exit 0
printf '%s\n' "$settings" | sed -n 's/^ssl_cipher	//p' | sort -u | head -n 20 | while IFS= read -r string; do
  case $string in -*) continue ;; esac
  suites=$(openssl ciphers -s -stdname "$string") || continue
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
exit 0
