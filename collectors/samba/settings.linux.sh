have testparm || { have smbd && unsupported "smbd is installed, and there is no testparm to ask"; absent "no Samba is installed"; }
have smbd && echo "igaudit server"
for file in /etc/samba/smb.conf /usr/local/samba/etc/smb.conf; do
  [ -e "$file" ] && [ ! -r "$file" ] && denied "$file cannot be read"
done
settings=$(testparm -s -v -l 2>/dev/null) || unsupported "testparm cannot read Samba's configuration"
printf '%s\n' "$settings" | awk '
  /^\[/ { here = (tolower($1) == "[global]") }
  here && tolower($0) ~ /^[ \t]*((server|client) min protocol|server signing|server role)[ \t]*=/
'
