for tool in find grep awk stat; do
  have "$tool" || unsupported "there is no $tool"
done
IFS='
'
set -f
folders=
for folder in /etc/ssl /etc/pki/tls /etc/pki/nginx /etc/nginx /etc/apache2 /etc/httpd /etc/lighttpd /etc/haproxy \
  /etc/postfix /etc/dovecot /etc/exim4 /etc/ldap /etc/openldap /etc/openvpn /etc/ipsec.d /etc/swanctl \
  /etc/postgresql /etc/mysql /etc/rabbitmq /etc/redis /etc/cockpit /etc/kubernetes/pki \
  /var/lib/pgsql /var/lib/postgresql /var/lib/mysql; do
  [ ! -e "$folder" ] || folders="$folders$IFS$folder"
done
# The marks with which PEM files begin, each with its file; key stores by name. Of keys grep prints no more.
# shellcheck disable=SC2086  # one word a line
marks=$(
  [ -z "$folders" ] || find $folders -maxdepth 3 -type f -size -64k \
    \( \( -name '*.p12' -o -name '*.pfx' -o -name '*.jks' -o -name '*.keystore' \) -print \
    -o \( -name '*.pem' -o -name '*.crt' -o -name '*.cer' -o -name '*.cert' -o -name '*.key' \) \
    -exec grep -HoE -e '-----BEGIN [A-Z0-9 ]*(PRIVATE KEY|CERTIFICATE)-----' {} + \) 2>&1
  if [ -e /etc/letsencrypt/live ]; then
    find -L /etc/letsencrypt/live -maxdepth 2 -type f \( -name cert.pem -o -name privkey.pem \) \
      -exec grep -HoE -e '-----BEGIN [A-Z0-9 ]*(PRIVATE KEY|CERTIFICATE)-----' {} + 2>&1
  fi
)
printf '%s\n' "$marks" | awk '
  /^(find|grep): .*: Permission denied$/ {
    sub(/^[^\/]*/, ""); sub(/.?: Permission denied$/, ""); print "denied " $0; next
  }
  /^(find|grep): / { print "trouble " $0 }'
keys=$(printf '%s\n' "$marks" | awk '
  /^\/.*:-----BEGIN .*PRIVATE KEY-----$/ { sub(/:-----BEGIN .*/, ""); print; next }
  /^\// && !/-----$/ { print }' | sort -u)
# shellcheck disable=SC2086
[ -z "$keys" ] || stat -L -c 'key %a %u %U %G %n' $keys
certificates=$(printf '%s\n' "$marks" | awk '
  /^\/.*:-----BEGIN .*CERTIFICATE-----$/ { sub(/:-----BEGIN .*/, ""); print }' | sort -u)
[ -n "$certificates" ] || exit 0
if ! have openssl; then
  echo "tool-missing openssl"
  exit 0
fi
seen=0
for file in $certificates; do
  seen=$((seen + 1))
  if [ "$seen" -gt 50 ]; then
    echo "more"
    exit 0
  fi
  echo "certificate $file"
  openssl x509 -in "$file" -noout -text -nameopt RFC2253 \
    -certopt no_header,no_version,no_serial,no_extensions,no_sigdump,no_aux 2>&1
done | awk '
/^certificate \// || /^more$/ || /^[ ]+(Not Before|Not After |Subject|Issuer|Signature Algorithm|Hash Algorithm): / ||
/^[ ]+(Public Key Algorithm|ASN1 OID|NIST CURVE): / || /^[ ]+[A-Z0-9 ]*Public-Key: / { print }'
exit 0
