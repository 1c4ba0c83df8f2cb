program=''
for name in slapd /usr/libexec/slapd /usr/lib/openldap/slapd; do
  ! have "$name" || program=$name
done
[ -n "$program" ] || absent "no OpenLDAP server is installed"
# The release, by the name of its library: `slapd -VV` writes to the system's log.
version=''
for file in /usr/lib/*/libldap*.so.* /usr/lib64/libldap*.so.* /usr/lib/libldap*.so.*; do
  [ -e "$file" ] || continue
  case $file in
    *-2.4.so.*) version=2.4 ;;
    *-2.5.so.*) version=2.5 ;;
    */libldap.so.2*) version=${version:-2.6} ;;
  esac
done
[ -z "$version" ] || echo "igaudit-version $version"
for file in /etc/default/slapd /etc/sysconfig/slapd; do
  [ ! -r "$file" ] || sed -n 's/^[ 	]*\(SLAPD_SERVICES\|SLAPD_URLS\)=["'\'']\{0,1\}\([^"'\'']*\).*/urls	\2/p' "$file"
done
found=''
for folder in /etc/ldap /etc/openldap /usr/local/etc/openldap; do
  [ -d "$folder" ] || continue
  for file in "$folder/slapd.d/cn=config.ldif" "$folder/slapd.conf"; do
    if [ -r "$file" ]; then
      found=$file
      break 2
    elif [ -e "$file" ] || { [ -e "${file%/*}" ] && [ ! -x "${file%/*}" ]; }; then
      denied "$file cannot be read"
    fi
  done
done
[ -n "$found" ] || unsupported "slapd is installed, and its settings are in none of the usual places"
echo "igaudit-file $found"
# A line that begins with a space goes on; what stands after :: is in base64.
awk '
function told(line) {
  # What follows in slapd.conf is about one database.
  if (tolower(line) ~ /^(database|backend|overlay)[ \t]/) within = 1
  if (within && tolower(line) ~ /^security[ \t]/) return
  if (tolower(line) ~ /^(olctlsprotocolmin|olctlscertificatefile|olcsecurity|tlsprotocolmin|tlscertificatefile|security)[: \t]/) {
    sub(/:? +|:?\t+/, "\t", line)
    print line
  }
  else if (tolower(line) ~ /^include[ \t]/ && tolower(line) !~ /schema/) print "igaudit-unfollowed " line
}
/^[ \t]/ { held = held substr($0, 2); next }
{ if (held != "") told(held); held = $0 }
END { if (held != "") told(held) }' "$found"
exit 0
