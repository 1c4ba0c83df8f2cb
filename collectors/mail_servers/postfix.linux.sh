have postconf || absent "no Postfix is installed"
! have openssl || echo "igaudit-openssl $(openssl version)"
# Effective values, defaults and what they refer to included; postconf without -e writes nothing.
settings=$(postconf -x multi_instance_directories inet_interfaces smtpd_tls_security_level smtpd_use_tls \
  smtpd_enforce_tls smtpd_tls_protocols smtpd_tls_mandatory_protocols smtpd_tls_ciphers smtpd_tls_mandatory_ciphers \
  smtpd_tls_exclude_ciphers smtpd_tls_mandatory_exclude_ciphers smtpd_tls_auth_only smtpd_tls_wrappermode \
  smtpd_sasl_auth_enable smtp_tls_security_level smtp_use_tls smtp_enforce_tls smtp_tls_protocols \
  smtp_tls_mandatory_protocols smtp_tls_ciphers smtp_tls_mandatory_ciphers smtp_tls_exclude_ciphers \
  smtp_tls_mandatory_exclude_ciphers tls_high_cipherlist tls_medium_cipherlist tls_low_cipherlist \
  tls_export_cipherlist smtpd_tls_cert_file smtpd_tls_eccert_file smtpd_tls_dcert_file smtpd_tls_chain_files 2>/dev/null)
if [ -z "$settings" ]; then
  folder=/etc/postfix
  [ ! -e "$folder" ] || [ -x "$folder" ] || denied "$folder cannot be read"
  [ ! -e "$folder/main.cf" ] || [ -r "$folder/main.cf" ] || denied "$folder/main.cf cannot be read"
  [ -e "$folder/main.cf" ] || unsupported "Postfix is installed, and has no $folder/main.cf"
  unsupported "postconf does not tell Postfix's settings"
fi
services=$(postconf -M 2>/dev/null) || denied "postconf cannot read master.cf"
own=$(postconf -xP 2>/dev/null) || denied "postconf cannot read what master.cf sets"
{
  printf '%s\n' "$settings"
  # What a service sets for itself has the service's name before it.
  printf '%s\n' "$own" | grep -E '^[^ ]*/(smtpd?_(tls|enforce_tls|use_tls|sasl_auth_enable)[a-z_]*|tls_[a-z]*_cipherlist) = '
} | sed 's/ *= */	/'
printf '%s\n' "$services" | awk '($2 == "inet" || $2 == "pass") && $8 == "smtpd" { print "service\t" $1 "/" $2 }'
have openssl || exit 0
# Postfix asks OpenSSL for security level 0, whatever the system's own is.
{
  printf '%s\n' "$settings
$own" | sed -n 's/^\([^ ]*\/\)\{0,1\}tls_[a-z]*_cipherlist = //p'
  printf '%s\n' "$settings
$own" | sed -n 's/.*_exclude_ciphers = *//p' | tr -s ', ' '\n'
} | sort -u | head -n 40 | while IFS= read -r string; do
  case $string in '' | -*) continue ;; esac
  suites=$(openssl ciphers -s -stdname "$string:@SECLEVEL=0") || suites=''
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
exit 0
