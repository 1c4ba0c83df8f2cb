set --
for file in /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/efi/EFI/*/grub.cfg /boot/grub/custom.cfg \
  /boot/grub2/custom.cfg /boot/grub2/user.cfg /boot/efi/EFI/*/user.cfg; do
  if [ -r "$file" ]; then
    echo "read $file"
    set -- "$@" "$file"
  elif [ -e "$file" ]; then
    echo "denied $file"
  fi
done
for folder in /boot /boot/grub /boot/grub2 /boot/efi /boot/efi/EFI; do
  [ ! -d "$folder" ] || [ -x "$folder" ] || echo "denied $folder"
done
# Of each line only as much as says that there is a password and how it is hashed.
[ $# -eq 0 ] || grep -HoE -e '^[[:space:]]*set[[:space:]]+superusers=.' -e '^GRUB2_PASSWORD=grub\.pbkdf2\.' \
  -e '^[[:space:]]*password(_pbkdf2)?[[:space:]]+[^[:space:]]+[[:space:]]+(\$\{GRUB2_PASSWORD\}|grub\.pbkdf2\.)?' "$@"
exit 0
