set --
for file in /etc/postgresql/*/*/postgresql.conf /var/lib/pgsql/data/postgresql.conf \
  /var/lib/pgsql/*/data/postgresql.conf /var/lib/postgresql/data/postgresql.conf \
  /var/lib/postgresql/*/data/postgresql.conf /var/lib/postgres/data/postgresql.conf; do
  [ ! -e "$file" ] || set -- "$@" "$file"
done
for folder in /etc/postgresql /etc/postgresql/* /etc/postgresql/*/* /var/lib/pgsql /var/lib/pgsql/data \
  /var/lib/pgsql/*/data /var/lib/postgresql /var/lib/postgresql/data /var/lib/postgresql/*/data; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || denied "$folder cannot be read"
done
if [ $# = 0 ]; then
  for program in /usr/bin/postgres /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres \
    /usr/local/pgsql/bin/postgres /usr/local/bin/postgres; do
    [ ! -e "$program" ] || unsupported "$program is installed, and its settings are in none of the usual places"
  done
  absent "no PostgreSQL is installed"
fi
! have openssl || echo "igaudit-openssl $(openssl version)"

# The settings that matter, as NAME tab VALUE; the values of others may be secrets.
# shellcheck disable=SC2016  # awk's own variables
words='
{ sub(/\r$/, ""); sub(/^[ \t]+/, "") }
!match($0, /^[A-Za-z_]+/) { next }
{
  name = tolower(substr($0, 1, RLENGTH))
  value = substr($0, RLENGTH + 1)
  if (name !~ /^(data_directory|hba_file|listen_addresses|ssl|ssl_(min|max)_protocol_version|ssl_ciphers|password_encryption|include(_dir|_if_exists)?)$/) next
  sub(/^[ \t]*=?[ \t]*/, "", value)
  if (substr(value, 1, 1) == "\047") {
    value = substr(value, 2)
    gsub(/\047\047/, "\001", value)
    sub(/\047.*/, "", value)
    gsub(/\001/, "\047", value)
  } else sub(/[ \t#].*/, "", value)
  print name "\t" value
}'
# show FILE DEPTH: the settings of a file, with those of what it includes in their place.
show() (
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit 0
  fi
  if [ "$2" -gt 6 ]; then
    echo "igaudit-deep $1"
    exit 0
  fi
  folder=${1%/*}
  echo "igaudit-file $1"
  awk "$words" "$1" | while IFS= read -r line; do
    path=${line#*	}
    case $path in /*) : ;; *) path=$folder/$path ;; esac
    case $line in
      "include	"*) follow "$path" $(($2 + 1)) must ;;
      "include_if_exists	"*) follow "$path" $(($2 + 1)) may ;;
      "include_dir	"*)
        ! closed "$path" || echo "igaudit-denied $path"
        for inner in "$path"/*.conf; do
          [ ! -e "$inner" ] || show "$inner" $(($2 + 1))
        done
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  echo "igaudit-end $1"
)
# follow FILE DEPTH must|may
follow() {
  if [ -e "$1" ]; then
    show "$1" "$2"
  elif closed "${1%/*}"; then
    echo "igaudit-denied $1"
  elif [ "$3" = must ]; then
    echo "igaudit-missing $1"
  fi
}
# Who may sign in, from where and how: without the names of databases and accounts.
# shellcheck disable=SC2016
rules='
# Words may be quoted; what a quoted one with blanks says is the name of a database or an account.
function unquoted(line,   out, inner) {
  while (match(line, /"[^"]*"/)) {
    inner = substr(line, RSTART + 1, RLENGTH - 2)
    out = out substr(line, 1, RSTART - 1) (inner ~ /^[^ \t,#]+$/ ? inner : "q")
    line = substr(line, RSTART + RLENGTH)
  }
  return out line
}
going { $0 = rest " " $0; going = 0 }
/\\$/ { rest = substr($0, 1, length($0) - 1); going = 1; next }
{ sub(/\r$/, ""); $0 = unquoted($0); sub(/#.*/, ""); gsub(/,[ \t]+/, ","); $0 = $0 }
NF == 0 { next }
$1 ~ /^include/ { print "igaudit-unfollowed " $2; next }
$1 == "local" { print "rule\t" FNR "\t" $1 "\t\t" $4; next }
$4 !~ /\// && $5 ~ /^[0-9.]+$|:/ { print "rule\t" FNR "\t" $1 "\t" $4 "/" $5 "\t" $6; next }
{ print "rule\t" FNR "\t" $1 "\t" $4 "\t" $5 }'

for main in "$@"; do
  folder=${main%/*}
  case $main in
    /etc/postgresql/*) version=${main#/etc/postgresql/} version=${version%%/*} ;;
    *) version=$(cat "$folder/PG_VERSION") ;;
  esac
  echo "cluster	$main	$version"
  settings=$(show "$main" 1)
  printf '%s\n' "$settings"
  data=$(printf '%s\n' "$settings" | sed -n 's/^data_directory	//p' | tail -n 1)
  data=${data:-$folder}
  if [ ! -x "$data" ]; then
    ! closed "$data" || echo "igaudit-denied $data"
  elif [ -e "$data/postgresql.auto.conf" ]; then
    settings="$settings
$(show "$data/postgresql.auto.conf" 1)"
    show "$data/postgresql.auto.conf" 1
  fi
  hba=$(printf '%s\n' "$settings" | sed -n 's/^hba_file	//p' | tail -n 1)
  hba=${hba:-$data/pg_hba.conf}
  case $hba in /*) : ;; *) hba=$folder/$hba ;; esac
  if [ -r "$hba" ]; then
    echo "igaudit-file $hba"
    awk "$rules" "$hba"
    echo "igaudit-end $hba"
  else
    echo "igaudit-denied $hba"
  fi
  known="$known
${data%/}
$folder"
  all="$all
$settings"
done
# What runs with options of its own (as under Patroni), or with other data, is not read.
cat /proc/[0-9]*/cmdline | tr '\0' '\n' | awk '
/\/(postgres|postmaster)$/ { at = NR }
NR == at + 2 && before == "-D" { print }
/^(--)?(listen_addresses|hba_file|ssl_ciphers|ssl_min_protocol_version)=/ { print "the options of a running server" }
{ before = $0 }' | sort -u | while IFS= read -r place; do
  case "$known
" in *"
${place%/}
"*) : ;; *) echo "igaudit-elsewhere $place" ;; esac
done
have openssl || exit 0
{
  printf '%s\n' "$all" | sed -n 's/^ssl_ciphers	//p'
  echo 'HIGH:MEDIUM:+3DES:!aNULL'
} | sort -u | head -n 20 | while IFS= read -r string; do
  case $string in -*) continue ;; esac
  suites=$(openssl ciphers -s -stdname "$string") || continue
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
exit 0
