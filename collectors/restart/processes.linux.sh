# Programs whose file, or a library of which, was replaced on disk: the kernel marks the old one as deleted.
# Processes of containers are left out: they have their own files, and are targets of their own.
[ -r /proc/self/maps ] || unsupported "no /proc"
[ "$(id -u)" = 0 ] || denied "the maps of other users' processes need root"
deleted='^[^ ]+ r.xp [^ ]+ [^ ]+ [0-9]+ +/(usr|lib|lib32|lib64|libx32|bin|sbin|opt)/.* \(deleted\)$'
found=$(grep -lE "$deleted" /proc/[0-9]*/maps 2>&1)
case $found in
  *ermission*denied*) echo "denied" ;;
esac
set --
for line in $found; do
  case $line in
    /proc/[0-9]*/maps) set -- "$@" "${line%/maps}/status" ;;
  esac
done
echo "read"
[ $# -eq 0 ] && exit 0
grep -hE '^(Name|NSpid):' "$@" 2>/dev/null | awk '
  function said() { if (name != "" && !nested) print "process " name; name = ""; nested = 0 }
  /^Name:/ { said(); name = substr($0, 7) }
  /^NSpid:/ { nested = NF > 2 }
  END { said() }
' | sort -u
exit 0
