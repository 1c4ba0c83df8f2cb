found=
if have snap || [ -e /var/lib/snapd ]; then
  found=1
  state=/var/lib/snapd/state.json
  if [ -r "$state" ] && [ "$(head -c 2 "$state")" != '{"' ]; then
    unsupported "$state is not written as snapd writes it"
  elif [ -r "$state" ]; then
    # The state holds sign-ins too: of it come only the times up to which refreshes are held.
    echo "snap known"
    head -c 8000000 "$state" | tr '{' '\n' | tr '}' '\n' | awk '
      /"snaps-hold":$/ { holds = 1; next }
      holds && /^,?"[a-z0-9-]+":$/ { first = !/^,/; before = last; last = $0; gsub(/[",:]/, "", last); next }
      holds && /"hold-until":"/ {
        until = $0
        sub(/.*"hold-until":"/, "", until)
        sub(/".*/, "", until)
        print "held", (first || last == "system" ? before : last), until
        next
      }
      /"refresh":$/ { refresh = 1; next }
      refresh {
        refresh = 0
        if (match($0, /"hold":"[^"]*"/)) print "hold", substr($0, RSTART + 8, RLENGTH - 9)
        if ($0 ~ /"timer":"managed"/) print "timer managed"
      }'
    [ "$(head -c 8000001 "$state" | wc -c)" -le 8000000 ] || echo "snap too-large"
  elif [ -e "$state" ] || { [ -d "${state%/*}" ] && [ ! -x "${state%/*}" ]; }; then
    echo "snap denied"
  else
    echo "snap known"
  fi
fi
if have flatpak || [ -d /var/lib/flatpak/repo ]; then
  found=1
  config=/var/lib/flatpak/repo/config
  if [ -r "$config" ]; then
    echo "flatpak known"
    sed -n 's/^xa\.masked *= */masked /p' "$config"
  elif [ -e "$config" ]; then
    echo "flatpak denied"
  else
    echo "flatpak known"
  fi
fi
[ -n "$found" ] || absent "neither snapd nor flatpak is installed"
exit 0
