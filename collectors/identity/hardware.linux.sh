[ -d /sys/class ] || unsupported "/sys is not mounted"
have head || unsupported "there is no head"
have tr || unsupported "there is no tr"
# show WORD FILE: what the file says in one line, or that it is closed.
show() {
  if [ -r "$2" ] && value=$(head -c 200 "$2" | tr -cd '[:print:]'); then
    echo "$1 $value"
  elif [ -e "$2" ]; then
    echo "$1-denied"
  fi
}
dmi=/sys/class/dmi/id
tree=/sys/firmware/devicetree/base
if [ -d "$dmi" ]; then
  echo "firmware dmi"
  show maker "$dmi/sys_vendor"
  show product "$dmi/product_name"
  show serial "$dmi/product_serial"
elif [ -d "$tree" ]; then
  echo "firmware devicetree"
  show product "$tree/model"
  show serial "$tree/serial-number"
elif [ -r /proc/cpuinfo ] && grep -q '^flags.* hypervisor' /proc/cpuinfo; then
  echo "firmware none-virtual"
else
  echo "firmware none"
fi
if [ -d /sys/block ]; then
  echo "disks known"
  for folder in /sys/block/*; do
    name=${folder##*/}
    [ -e "$folder/device" ] || continue
    case $name in fd[0-9]* | sr[0-9]*) continue ;; esac
    hidden=0
    [ ! -r "$folder/hidden" ] || read -r hidden <"$folder/hidden"
    [ "$hidden" = 0 ] || continue
    echo "disk $name"
    show "model $name" "$folder/device/model"
    show "said $name" "$folder/serial"
    show "said $name" "$folder/device/serial"
    # The serial number page of SCSI and SATA: four bytes of head, then the number.
    page=$folder/device/vpd_pg80
    if [ -r "$page" ]; then
      echo "said $name $(tail -c +5 "$page" | head -c 200 | tr -cd '[:print:]')"
    fi
  done
  if have lsblk; then lsblk -dPno NAME,SERIAL | sed 's/^/lsblk /'; fi
fi
exit 0
