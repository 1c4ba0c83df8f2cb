if ! have openssl; then
  for library in /usr/lib*/libssl.so.* /usr/lib/*/libssl.so.* /lib*/libssl.so.* /lib/*/libssl.so.*; do
    [ ! -e "$library" ] || unsupported "there is $library, but no openssl command to name its defaults"
  done
  echo "igaudit-openssl none"
  exit 0
fi
openssl version -v -f -d || unsupported "openssl version says nothing"
folder=$(openssl version -d | sed 's/^OPENSSLDIR: "\(.*\)"$/\1/')

# The lines that lead to the system-wide TLS settings, each after the heading of its section.
# shellcheck disable=SC2016  # awk's own variables
wanted='
/^[ \t]*\[/ { heading = $0; next }
tolower($1) ~ /^(\.include|openssl_conf|ssl_conf|system_default)(=|$)/ ||
tolower($0) ~ /^[ \t]*([a-z]+\.)?(minprotocol|protocol|cipherstring|options)[ \t]*=/ {
  if (heading) print heading
  heading = ""
  print
}
END { if (heading) print heading }'

# show FILE DEPTH: the file, then what it includes.
show() (
  if [ ! -e "$1" ]; then
    echo "igaudit-missing $1"
    exit 0
  fi
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit 0
  fi
  echo "igaudit-file $1"
  awk "$wanted" "$1"
  depth=$2
  [ "$depth" -lt 4 ] || exit 0
  sed -n 's/^[ 	]*\.include[ 	=][ 	=]*\(\/[^#]*[^# 	]\).*$/\1/p' "$1" | while IFS= read -r path; do
    if [ -d "$path" ]; then
      echo "igaudit-folder $path"
      [ -r "$path" ] || echo "igaudit-denied $path"
      for inner in "$path"/*.cnf "$path"/*.conf; do
        [ ! -e "$inner" ] || show "$inner" $((depth + 1))
      done
    else
      show "$path" $((depth + 1))
    fi
  done
)
show "$folder/openssl.cnf" 1
