set --
for home in /usr/lib/jvm/* /usr/java/* /opt/* /usr/local/*; do
  [ ! -L "$home" ] || continue
  for file in "$home"/conf/security/java.security "$home"/lib/security/java.security \
    "$home"/jre/lib/security/java.security; do
    if [ -r "$file" ]; then
      set -- "$@" "$file"
    elif [ -e "$file" ]; then
      echo "igaudit-denied $file"
    fi
  done
done
[ $# -gt 0 ] || exit 0
# Red Hat's Java reads this one on top, where its java.security says so.
overlay=/etc/crypto-policies/back-ends/java.config
[ ! -r "$overlay" ] || set -- "$@" "$overlay"
awk '
FNR == 1 { print "igaudit-file " FILENAME; going = 0 }
going || /^[ \t]*(jdk\.tls\.disabledAlgorithms|security\.useSystemPropertiesFile)[ \t]*[=:]/ {
  print
  going = /\\$/
}' "$@"
