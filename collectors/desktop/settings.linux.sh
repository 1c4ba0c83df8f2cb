have awk || unsupported "there is no awk"
have find || unsupported "there is no find"
found=
for file in /usr/share/xsessions/*.desktop /usr/share/wayland-sessions/*.desktop; do
  [ -r "$file" ] || continue
  found=1
  name=${file##*/}
  echo "session ${name%.desktop}"
done
[ -n "$found" ] || absent "no desktop session is installed"
# The profile says which databases count for users, and in which order; the first file that is there holds.
profile=
for file in /etc/dconf/profile/user /usr/local/share/dconf/profile/user /usr/share/dconf/profile/user; do
  if [ -r "$file" ]; then
    profile=$file
    break
  elif [ -e "$file" ]; then
    echo "denied $file"
    break
  fi
done
[ -n "$profile" ] || exit 0
sed 's/#.*//; s/[ \t]*$//; /./!d; s/^/profile /' "$profile"
names=$(sed -n 's/#.*//; s/^system-db:\([A-Za-z0-9._-]*\)[ \t]*$/\1/p' "$profile")
for name in $names; do
  folder=/etc/dconf/db/$name.d
  if [ ! -e "/etc/dconf/db/$name" ]; then
    echo "database $name missing"
    continue
  elif [ ! -d "$folder" ] || [ ! -r "$folder" ] || [ ! -x "$folder" ]; then
    echo "database $name hidden"
    continue
  elif [ -n "$(find "$folder" -newer "/etc/dconf/db/$name" | head -n 1)" ]; then
    echo "database $name outdated"
    continue
  fi
  echo "database $name current"
  for file in "$folder"/*; do
    [ -f "$file" ] || continue
    [ -r "$file" ] || echo "denied $file"
    [ ! -r "$file" ] || awk '
      /^[ \t]*\[/ { group = $0; gsub(/[][ \t\r]/, "", group); next }
      group ~ /^org\/gnome\/desktop\/(session|screensaver|lockdown|privacy)$/ &&
        /^[ \t]*(idle-delay|lock-enabled|lock-delay|disable-lock-screen|usb-protection)[ \t]*=/ {
        sub(/[ \t\r]*$/, "")
        sub(/^[ \t]*/, "")
        sub(/[ \t]*=[ \t]*/, " ")
        print "key /" group "/" $0
      }' "$file"
  done
  for file in "$folder"/locks/*; do
    [ -f "$file" ] || continue
    [ -r "$file" ] || echo "denied $file"
    [ ! -r "$file" ] || awk '/^\/org\/gnome\/desktop\// { sub(/[ \t\r]*$/, ""); print "lock " $0 }' "$file"
  done
done
exit 0
