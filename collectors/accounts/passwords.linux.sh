can_read /etc/shadow
have awk || unsupported "there is no awk"
set -- /etc/shadow
[ -r /etc/passwd ] && set -- /etc/passwd /etc/shadow
# No hash leaves the machine: what is printed of the password field is the signs that lock it, then the
# scheme between the first two dollar signs, or the number of characters where there is none.
awk -F: '
  function told(field,   signs, rest) {
    rest = field
    sub(/^[!*]+/, "", rest)
    signs = substr(field, 1, length(field) - length(rest))
    if (rest == "") return signs
    if (match(rest, /^[$][a-z0-9-]*[$,]/) && RLENGTH <= 12) return signs substr(rest, 1, RLENGTH)
    if (substr(rest, 1, 1) == "_") return signs "_" length(rest)
    return signs length(rest)
  }
  FILENAME == "/etc/passwd" { if ($2 != "x" && NF > 3) print "passwd " $1 ":" told($2); next }
  { print "shadow " $1 ":" told($2) ":" $3 ":" $5 ":" $8 }
' "$@" || unsupported "awk failed"
