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
[ $# -gt 0 ] || exit 0
# Keys and passwords that stand in the file itself, in blocks like <key>, are left out: only that they are there.
# shellcheck disable=SC2016  # awk's own variables
awk '
FNR == 1 { print "igaudit-file " FILENAME; block = "" }
{ sub(/\r$/, ""); gsub(/^[ \t]+|[ \t]+$/, "") }
block != "" { if ($0 == "</" block ">") block = ""; next }
/^<[a-z0-9-]+>$/ {
  block = substr($0, 2, length($0) - 2)
  if (block ~ /^(secret|tls-auth|tls-crypt|tls-crypt-v2)$/) print block "\tinline"
  if (block == "connection") block = ""
  next
}
/^[#;]/ || $0 == "" { next }
{ sub(/^--/, ""); name = $1 }
name ~ /^(secret|tls-auth|tls-crypt|tls-crypt-v2|config)$/ { print name "\tfile"; next }
name ~ /^(mode|server|server-bridge|client|tls-server|tls-client|tls-version-min|tls-version-max|data-ciphers|ncp-ciphers|ncp-disable|data-ciphers-fallback|cipher|auth|remote-cert-tls|ns-cert-type|comp-lzo|compress|allow-compression|tls-cipher|providers)$/ {
  line = name
  for (i = 2; i <= NF && i < 6 && $i !~ /^[#;]/; i++) { gsub(/"/, "", $i); line = line "\t" $i }
  print line
}' "$@"
exit 0
