have lsblk || unsupported "there is no lsblk"
known=$(lsblk -rpno TYPE,FSTYPE,NAME) || unsupported "lsblk cannot list the devices"
devices=$(printf '%s\n' "$known" | awk -F '[ ]' '
  $2 == "crypto_LUKS" { print "luks", $3 }
  $1 == "crypt" { print "mapping", $3 }' | sort -u)
if [ "$(id -u)" != 0 ] && [ -n "$devices" ]; then
  denied "the headers of encrypted devices can be read by root only"
fi
# Where udev knows nothing about the devices, root can look at each of them.
if ! printf '%s\n' "$known" | awk -F '[ ]' '$2 != "" { found = 1 } END { exit !found }'; then
  [ "$(id -u)" = 0 ] || denied "which devices are encrypted can be told by root only"
  have blkid || unsupported "there is no blkid"
  devices=$(
    printf '%s\n' "$devices"
    blkid -c /dev/null -o device -t TYPE=crypto_LUKS | sed 's/^/luks /'
  )
fi
devices=$(printf '%s\n' "$devices" | grep .)
[ -n "$devices" ] || exit 0
have cryptsetup || unsupported "there are encrypted devices, but there is no cryptsetup"
printf '%s\n' "$devices" | while read -r kind device; do
  echo "igaudit-$kind $device"
  case $kind in
    luks)
      cryptsetup luksDump --disable-locks "$device" | awk '
        /^(Version|Cipher name|Cipher mode|MK bits):/ { print }
        /^(Data segments|Keyslots|Tokens|Digests):/ { print }
        /^[ \t]+(cipher|PBKDF):/ { print }
        /^[ \t]+Key:[ \t]+[0-9]+ bits/ { print }'
      ;;
    mapping)
      cryptsetup status --disable-locks "$device" | awk '/^[ \t]+(type|cipher|keysize|device):/ { print }'
      ;;
  esac
done
exit 0
