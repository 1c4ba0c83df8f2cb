# Names alone: the keys stand in the very same files.
told=$(
  seen=''
  for file in /sys/class/net/*/uevent; do
    [ -r "$file" ] || continue
    seen=yes
    ! grep -q '^DEVTYPE=wireguard$' "$file" || echo "running ${file%/uevent}"
  done
  if [ -d /etc/wireguard ]; then
    if [ -r /etc/wireguard ] && [ -x /etc/wireguard ]; then
      for file in /etc/wireguard/*.conf; do
        [ ! -e "$file" ] || echo "set-up $file"
      done
    else
      echo "igaudit-denied /etc/wireguard"
    fi
  fi
  for folder in /etc/systemd/network /run/systemd/network /usr/lib/systemd/network; do
    [ -d "$folder" ] || continue
    if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then
      echo "igaudit-denied $folder"
      continue
    fi
    for file in "$folder"/*.netdev; do
      if [ -r "$file" ]; then
        ! grep -qi '^[[:space:]]*Kind[[:space:]]*=[[:space:]]*wireguard' "$file" || echo "set-up $file"
      elif [ -e "$file" ]; then
        echo "igaudit-denied $file"
      fi
    done
  done
  # NetworkManager keeps every kind of connection here: its kind is told, and its file.
  folder=/etc/NetworkManager/system-connections
  if [ -d "$folder" ]; then
    if [ -r "$folder" ] && [ -x "$folder" ]; then
      for file in "$folder"/*; do
        if [ -f "$file" ] && [ -r "$file" ]; then
          awk '/^\[/ { section = $0 }
            section == "[connection]" && /^type *= *wireguard/ { print "set-up " FILENAME }
            section == "[vpn]" && /^service-type *=.*\.pptp/ { print "pptp " FILENAME }
            section == "[vpn]" && /^service-type *=.*\.l2tp/ { l2tp = 1 }
            section == "[vpn]" && /^ipsec-enabled *= *yes/ { ipsec = 1 }
            END { if (l2tp && !ipsec) print "l2tp " FILENAME }' "$file"
        elif [ -f "$file" ]; then
          echo "igaudit-denied $file"
        fi
      done
    else
      echo "igaudit-denied $folder"
    fi
  fi
  # PPTP and L2TP: that they are set up, not with which passwords.
  ! have pptpd || [ ! -e /etc/pptpd.conf ] || echo "pptp /etc/pptpd.conf"
  if [ -d /etc/ppp/peers ]; then
    if [ -r /etc/ppp/peers ] && [ -x /etc/ppp/peers ]; then
      for file in /etc/ppp/peers/*; do
        if [ -f "$file" ] && [ -r "$file" ]; then
          awk '/^[ \t]*#/ { next } /^[ \t]*(pty[ \t].*pptp|plugin[ \t]+"?pptp)/ { print "pptp " FILENAME; exit }' "$file"
        elif [ -f "$file" ]; then
          echo "igaudit-denied $file"
        fi
      done
    else
      echo "igaudit-denied /etc/ppp/peers"
    fi
  fi
  for file in /etc/xl2tpd/xl2tpd.conf /etc/accel-ppp.conf; do
    [ -e "$file" ] || continue
    if [ -r "$file" ]; then
      awk '/^[ \t]*[;#]/ { next }
        /^[ \t]*\[(lac|lns)[ \t]/ { print "l2tp " FILENAME; exit }
        /^[ \t]*\[modules\]/ { modules = 1; next }
        /^\[/ { modules = 0 }
        modules && /^[ \t]*pptp/ { print "pptp " FILENAME }
        modules && /^[ \t]*l2tp/ { print "l2tp " FILENAME }' "$file"
    else
      echo "igaudit-denied $file"
    fi
  done
  # Without /sys, a running machine may have interfaces that no file names.
  [ -n "$seen" ] || [ ! -r /proc/net/dev ] || echo "no-interfaces"
)
for program in ipsec swanctl openvpn; do
  ! have $program || told="$told
"
done
[ -n "$told" ] || absent "neither WireGuard nor PPTP nor L2TP is set up"
printf '%s\n' "$told"
