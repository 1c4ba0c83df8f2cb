have openvpn || absent "no OpenVPN is installed"
openvpn --version | sed -n 's/^OpenVPN \([0-9.]*\).*/igaudit-version \1/p' | head -n 1
set --
for file in /etc/openvpn/*.conf /etc/openvpn/server/*.conf /etc/openvpn/client/*.conf; do
  if [ -f "$file" ] && [ -r "$file" ]; then
    set -- "$@" "$file"
  elif [ -e "$file" ]; then
    echo "igaudit-denied $file"
  fi
done
for folder in /etc/openvpn /etc/openvpn/server /etc/openvpn/client; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || echo "igaudit-denied $folder"
done
# With which options services start it, before the settings file and behind it: Red Hat's bring ciphers.
# shellcheck disable=SC2016  # awk's own variables
options='
going { $0 = rest $0; going = 0 }
/\\$/ { rest = substr($0, 1, length($0) - 1); going = 1; next }
/^ExecStart=.*openvpn/ {
  when = "before"
  for (i = 2; i <= NF; i++) {
    if ($i == "--config") {
      when = "behind"
      file = $(i + 1)
      if (file ~ /^[/]/ && file !~ /%/ && index(file, "/etc/openvpn/") != 1) print "igaudit-elsewhere " file
    }
    if (kind != "-" && $i ~ /^--(data-ciphers|ncp-ciphers|ncp-disable|data-ciphers-fallback|cipher|auth|tls-version-min|remote-cert-tls|comp-lzo|compress)$/) {
      line = "option\t" kind "\t" when "\t" substr($i, 3)
      if ($(i + 1) !~ /^--/ && i < NF) line = line "\t" $(i + 1)
      print line
    }
  }
}'
for kind in -server -client ''; do
  for folder in /etc/systemd/system /run/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    if [ -r "$folder/openvpn$kind@.service" ]; then
      awk -v kind="${kind#-}" "$options" "$folder/openvpn$kind@.service"
      break
    fi
  done
  for file in "/etc/systemd/system/openvpn$kind@.service.d"/*.conf; do
    [ ! -r "$file" ] || awk -v kind="${kind#-}" "$options" "$file"
  done
done
for file in /etc/systemd/system/*.service; do
  case $file in */openvpn@.service | */openvpn-server@.service | */openvpn-client@.service) continue ;; esac
  [ ! -r "$file" ] || ! grep -q '^ExecStart=.*openvpn' "$file" || awk -v kind=- "$options" "$file"
done
# NetworkManager has a way of its own to name settings.
for file in /etc/NetworkManager/system-connections/*; do
  if [ -f "$file" ] && [ ! -r "$file" ]; then
    echo "igaudit-denied $file"
  elif grep -qs '^service-type *=.*\.openvpn' "$file"; then
    echo "igaudit-elsewhere $file"
  fi
done
[ $# -gt 0 ] || exit 0
# Keys and passwords that stand in the file itself, in blocks like <key>, are left out: only that they are there.
# shellcheck disable=SC2016  # awk's own variables
awk '
FNR == 1 { print "igaudit-file " FILENAME; block = "" }
{ sub(/\r$/, ""); gsub(/^[ \t]+|[ \t]+$/, "") }
block != "" { if (index($0, "</" block ">") == 1) block = ""; next }
/^<[a-z0-9-]+>([ \t]*[#;].*)?$/ {
  sub(/>.*/, "")
  block = substr($0, 2)
  if (block ~ /^(secret|tls-auth|tls-crypt|tls-crypt-v2)$/) print block "\tinline"
  if (block == "connection") block = ""
  next
}
/^[#;]/ || $0 == "" { next }
{ sub(/^setenv[ \t]+opt[ \t]+/, ""); sub(/^--/, ""); name = $1 }
name ~ /^(secret|tls-auth|tls-crypt|tls-crypt-v2|config)$/ { print name "\tfile"; next }
name ~ /^(mode|server|server-bridge|client|tls-server|tls-client|tls-version-min|tls-version-max|data-ciphers|ncp-ciphers|ncp-disable|data-ciphers-fallback|cipher|auth|remote-cert-tls|ns-cert-type|comp-lzo|compress|allow-compression|tls-cipher|providers)$/ {
  line = name
  for (i = 2; i <= NF && i < 6 && $i !~ /^[#;]/; i++) { gsub(/"/, "", $i); line = line "\t" $i }
  print line
}' "$@"
exit 0
