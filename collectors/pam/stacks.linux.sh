[ -x /etc ] || denied "/etc cannot be searched"
[ -d /etc/pam.d ] || [ -d /usr/lib/pam.d ] || absent "there is no /etc/pam.d: PAM is not set up"
set --
for file in /etc/pam.d/* /usr/lib/pam.d/* /etc/security/pwquality.conf.d/*.conf \
  /etc/security/pwquality.conf /etc/security/faillock.conf /usr/etc/security/faillock.conf; do
  if [ -f "$file" ] && [ -r "$file" ]; then
    echo "read $file"
    set -- "$@" "$file"
  elif [ -e "$file" ] && [ ! -d "$file" ]; then
    echo "denied $file"
  fi
done
for folder in /etc/pam.d /etc/security /etc/security/pwquality.conf.d; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || echo "denied $folder"
done
[ $# -gt 0 ] || denied "nothing in /etc/pam.d can be read"
# Without comments and blank lines. Modules that ask a database or a directory may hold its password: cut.
grep -Hv '^[[:space:]]*\(#.*\)\{0,1\}$' "$@" |
  sed -E 's/((pass(wd|word|phrase)?|[a-z_]*(pw|secret|key|token|pin))=)[^][:space:]]*/\1[cut]/g'
exit 0
