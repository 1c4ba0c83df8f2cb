# Each disc is only asked what it can do and how it is; one that sleeps is left asleep.
[ -d /sys/block ] || unsupported "there is no /sys/block"
if [ -r /proc/mdstat ]; then
  echo "arrays known"
  grep -A 2 '^md' /proc/mdstat | sed 's/^/array /'
elif [ ! -e /proc/mdstat ] && [ -r /proc/self/mounts ]; then
  echo "arrays known"
fi
if have zpool && [ -d /proc/spl/kstat/zfs ]; then
  zpool list -H -o name,health | sed 's/^/pool /'
fi
root=$(id -u)
for folder in /sys/block/*; do
  disc=${folder##*/}
  [ -e "$folder/device" ] || continue
  case $disc in fd[0-9]* | sr[0-9]* | vd[a-z]* | xvd[a-z]* | mmcblk*boot* | mmcblk*rpmb*) continue ;; esac
  hidden=0 removable=0 model=
  [ ! -r "$folder/hidden" ] || read -r hidden <"$folder/hidden"
  [ ! -r "$folder/removable" ] || read -r removable <"$folder/removable"
  [ ! -r "$folder/device/model" ] || read -r model <"$folder/device/model"
  if [ "$hidden" = 1 ] || [ "$removable" = 1 ]; then continue; fi
  case $model in QEMU* | VBOX* | VMware* | Msft* | Virtual* | Amazon* | Google* | BHYVE* | nvme_card*) continue ;; esac
  echo "disc $disc"
  if [ "$root" != 0 ]; then
    echo "denied $disc"
    continue
  fi
  if have smartctl; then
    smartctl -n standby -H "/dev/$disc" | sed -nE \
      -e "s/^SMART overall-health self-assessment test result: ([A-Z]+).*/health $disc \\1/p" \
      -e "s/^SMART Health Status: ([A-Z]+).*/health $disc \\1/p"
  fi
  case $disc in
    nvme*)
      if have nvme; then
        nvme id-ctrl "/dev/$disc" | grep -E '^(oacs|fna|sanicap) *:' | sed "s/^/nvme $disc /"
      fi
      ;;
    sd*)
      if have hdparm; then
        hdparm -I "/dev/$disc" | sed -nE \
          -e '/SANITIZE feature set|SANITIZE_ANTIFREEZE|CRYPTO_SCRAMBLE_EXT|BLOCK_ERASE_EXT|OVERWRITE_EXT/p' \
          -e '/^Security:/,/^[A-Z]/{/frozen|supported|^Security/p;}' | sed "s/^/ata $disc /"
      fi
      ;;
  esac
done
exit 0
