program=''
for name in exim4 exim; do
  [ -n "$program" ] || ! have $name || program=$name
done
[ -n "$program" ] || absent "no Exim is installed"
built=$($program -bV) || unsupported "exim -bV does not read Exim's settings"
library=$(printf '%s\n' "$built" | sed -n 's/^Support for:.* \(GnuTLS\|OpenSSL\).*/\1/p')
echo "igaudit-library ${library:-none}"
! have openssl || echo "igaudit-openssl $(openssl version)"
settings=$($program -bP tls_require_ciphers openssl_options tls_advertise_hosts auth_advertise_hosts \
  local_interfaces 2>&1)
case $settings in
  *'permission denied'* | *'ermission'*) denied "exim -bP tells its settings only to its administrators" ;;
esac
printf '%s\n' "$settings" | sed -n 's/^\([a-z_]*\) = */\1	/p'
# Of who may sign in only whether anybody may: the rest holds passwords and where they are kept.
$program -bP authenticators | awk '
/ authenticator:$/ { print "authenticator\t" $1 }
/^server_(condition|secret|prompts|socket|service|hostname|password) = ./ { print "server\t" (/tls_(in_)?cipher/ ? "tls" : "plain") }
/^server_advertise_condition = .*tls_(in_)?cipher/ { print "advertised\ttls" }'
[ "$library" = OpenSSL ] && have openssl || exit 0
string=$(printf '%s\n' "$settings" | sed -n 's/^tls_require_ciphers = *//p')
case $string in -* | *'$'*) exit 0 ;; esac
suites=$(openssl ciphers -s -stdname "${string:-DEFAULT}") || exit 0
echo "igaudit-suites ${string:-DEFAULT}"
printf '%s\n' "$suites" | sed 's/ .*//'
exit 0
