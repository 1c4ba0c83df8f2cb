# Reads sshd's lines from `$from` (timestamp, machine, tag, message) and prints one line for each account,
# address and method, and for each address that failed, in place of each sign-in. A message of sshd's holds
# what strangers typed as their name: addresses of failures are taken from its end.
summary() {
  awk '
    function note(kind, text, times, key) {
      key = kind " " text
      if (!(key in count)) first[key] = stamp
      count[key] += times
      last[key] = stamp
    }
    function told(key) {
      return "igaudit-" substr(key, 1, index(key, " ")) count[key] " " first[key] " " last[key] substr(key, index(key, " "))
    }
    BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names); for (i in names) month[names[i]] = i }
    $0 == "igaudit-broken" { print; next }
    {
      tag = ""
      if ($1 ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-/) { stamp = $1; tag = $3 }
      else if ($1 in month) {
        if (month[$1] + 0 < before + 0) wraps++
        before = month[$1]
        stamp = wraps + 0 "_" $1 "_" $2 "_" $3
        tag = $5 ~ /^[a-z0-9]+[.][a-z]+$/ ? $6 : $5
      }
      if (tag == "") next
      if (start == "") start = stamp
      if (tag !~ /^sshd(-session|-auth)?(\[[0-9]+\])?:$/) next
      message = substr($0, index($0, " " tag " ") + length(tag) + 2)
      times = 1
      if (message ~ /^message repeated [0-9]+ times: \[ .*\]$/) {
        split(message, words, " "); times = words[3]
        sub(/^[^[]*\[ /, "", message); sub(/\]$/, "", message)
      }
      size = split(message, words, " ")
      if (message ~ /^Accepted [^ ]+ for /) {
        if (match(message, / from [^ ]+ port [0-9]+/)) {
          text = substr(message, 10, RSTART + RLENGTH - 10); sub(/ port [0-9]+$/, "", text)
          note("accepted", text, times)
        } else note("odd", "", times)
      } else if (message ~ /^Failed (password|keyboard-interactive[^ ]*) for .* from [^ ]+ port [0-9]+ ssh2$/)
        note("failed", words[size - 3], times)
      else if (message ~ /^(Connection (closed|reset) by|Disconnected from) (authenticating|invalid) user .* [^ ]+ port [0-9]+( \[preauth\])?$/)
        note("ended", words[size - (words[size] == "[preauth]" ? 3 : 2)], times)
    }
    END {
      if (start != "") print "igaudit-span " start " " stamp " " wraps + 0
      for (key in count) if (key ~ /^(accepted|odd) / && ++lines <= 5000) print told(key)
      if (lines > 5000) print "igaudit-odd"
      fflush()
      for (key in count) if (key ~ /^(failed|ended) /) print told(key) | "sort -k 2,2nr | head -n 200"
    }'
}

# How much sshd says: below INFO it keeps silent about sign-ins.
level() {
  { sshd -T 2>/dev/null || sshd -G 2>/dev/null; } | awk '$1 == "loglevel" || $1 == "syslogfacility" { print "igaudit-" $0 }'
}

journals() {
  for file in /run/log/journal/*/system.journal /var/log/journal/*/system.journal; do
    [ -e "$file" ] || continue
    if [ -r "$file" ]; then echo readable; else echo denied; fi
  done | sort -u
}

# Only what root's processes sent: any account may write into the journal under sshd's name.
journal() {
  echo igaudit-source journal
  oldest=$(journalctl -q --no-pager --system -o short-iso 2>/dev/null | head -n 1)
  newest=$(journalctl -q --no-pager --system -n 1 -o short-iso 2>/dev/null)
  echo "igaudit-kept ${oldest%% *} ${newest%% *}"
  echo "igaudit-asked $((now - 92 * 86400))"
  { journalctl -q --no-pager -o short-iso --since=-92d _UID=0 -t sshd -t sshd-session || printf "\nigaudit-broken\n"; } |
    summary
}

# The log files of one name, the newest first, with the times of their last lines.
logs() {
  stat -c '%Y %n' "/var/log/$1" "/var/log/$1"[.-]* 2>/dev/null |
    grep -E "/$1([.-][0-9]+)?([.](gz|xz|bz2|zst))?\$" | sort -rn
}

whole() {
  case $1 in
    *.gz) zcat "$1" ;;
    *.xz) xzcat "$1" ;;
    *.bz2) bzcat "$1" ;;
    *.zst) zstdcat "$1" ;;
    *) cat "$1" ;;
  esac
}

files() {
  logs "$1" | while read -r written file; do
    [ "$written" -ge $((now - 92 * 86400)) ] || break
    if [ ! -r "$file" ]; then
      echo "igaudit-denied $file"
      break
    fi
    echo "igaudit-source $file"
    echo "igaudit-written $written"
    if [ -s "$file" ]; then
      { whole "$file" 2>/dev/null || printf "\nigaudit-broken\n"; } | summary
    fi
  done
}

now=$(date +%s)
echo "igaudit-clock $now $(unset TZ && date +%z)"
# Dropbear writes another log than the one that is read here.
if have sshd; then level; elif ! have dropbear; then echo igaudit-no-server; fi
seen=
case $(journals) in
  readable) have journalctl && journal && seen=1 ;;
  *denied*) echo "igaudit-denied the journal" && seen=1 ;;
esac
for name in auth.log secure messages; do
  if [ -e "/var/log/$name" ]; then
    files "$name"
    seen=1
    break
  fi
done
[ -n "$seen" ] || echo igaudit-no-log

# The last sign-in of every account with a terminal, at the console too.
if have lastlog2; then
  lastlog2 2>/dev/null | sed 's/^/igaudit-last /'
elif have lastlog; then
  lastlog 2>/dev/null | sed 's/^/igaudit-last /'
fi
exit 0
