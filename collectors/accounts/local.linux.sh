can_read /etc/passwd
have awk || unsupported "there is no awk"
set -- /etc/passwd
for file in /etc/group /etc/login.defs /usr/etc/login.defs /etc/adduser.conf; do
  if [ -r "$file" ]; then
    set -- "$@" "$file"
  elif [ -e "$file" ]; then
    echo "denied $file"
  else
    echo "missing $file"
  fi
done
# Of the groups, those that give power; of passwd, neither the password field nor the person's name.
awk -F: '
  FILENAME == "/etc/passwd" { print "user " $1 ":" $3 ":" $4 ":" $6 ":" $7; next }
  FILENAME == "/etc/group" {
    if ($3 == 0 || $1 ~ /^(sudo|wheel|admin|adm|docker|podman|lxd|incus|incus-admin|libvirt|disk|shadow)$/)
      print "group " $1 ":" $3 ":" $4
    next
  }
  /^[ \t]*(UID_MIN|UID_MAX|UMASK|HOME_MODE|PASS_MAX_DAYS|ENCRYPT_METHOD|MD5_CRYPT_ENAB|DIR_MODE)[ \t=]/ {
    print "setting " FILENAME ":" $0
  }
' "$@" || unsupported "awk failed"
